import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer as createPlain, type Server } from 'node:net';
import path from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { inspectListener, isAddress } from '../../../src/lib/tls/inspect-listener.ts';
import { makeVisitor, type Visitor } from '../../../src/lib/tls/visitor.ts';
import { type NatsCluster, startNats } from '../nats/cluster.ts';
import { startRedisServer } from './redis-server.ts';

/** Milliseconds, more than anybody waits for a NATS server to talk first. */
const LATE = 700;
const NOBODY = makeVisitor({ bundle: undefined, identity: undefined });
let cluster: NatsCluster;
let operator: Visitor;
beforeAll(async () => {
  cluster = await startNats({ size: 3 });
  const { cert, key } = cluster.identity(OPERATOR);
  operator = makeVisitor({
    bundle: readFileSync(cluster.ca, 'utf8'),
    identity: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
  });
});
afterAll(() => cluster?.stop());
const port = (listener: 'clientPort' | 'routePort') => `127.0.0.1:${cluster.nodes[0]?.[listener]}`;

describe('a NATS node', () => {
  it.each([
    ['clientPort', 'nats'],
    ['routePort', 'tls'],
  ] as const)('shows its chain on its %s and demands a certificate', async (listener, speaks) => {
    const { chain, handshake, problems } = await inspectListener(port(listener), operator);
    expect(handshake).toMatchObject({
      ...{ speaks, protocol: 'TLSv1.3', authority: 'fleet', untrusted: undefined, identified: true },
      clientCertificate: {
        demanded: true,
        how: expect.stringMatching(/^whoever has none is turned away \(ERR_SSL/),
      },
    });
    expect(chain.map(({ authority }) => authority)).toEqual([false, true]);
    expect(chain[0]).toMatchObject({ ip: ['127.0.0.1'], key: 'RSA 2048', life: 'good' });
    expect(problems).toEqual([]);
  });

  it('that talks late is recognised all the same', async () => {
    const to = cluster.nodes[0]?.clientPort ?? 0;
    const slow = createPlain((socket) => {
      const node = connect({ host: '127.0.0.1', port: to });
      for (const end of [socket, node]) end.on('error', () => undefined);
      socket.on('close', () => node.destroy());
      setTimeout(() => socket.pipe(node).pipe(socket), LATE);
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port: at } = slow.address() as { port: number };
    const { handshake, problems } = await inspectListener(`127.0.0.1:${at}`, operator);
    expect({ speaks: handshake?.speaks, problems }).toEqual({ speaks: 'nats', problems: [] });
    slow.close();
  });

  it('shows what openssl s_client sees', async () => {
    const { chain } = await inspectListener(port('routePort'), operator);
    // It comes without a certificate and is turned away, after it has shown what it saw.
    const { stdout: shown } = spawnSync('openssl', ['s_client', '-connect', port('routePort')], {
      ...{ input: '', encoding: 'utf8' },
    });
    const leaf = execFileSync('openssl', ['x509', '-noout', '-serial'], { input: shown, encoding: 'utf8' });
    expect(leaf.trim()).toBe(`serial=${chain[0]?.serial}`);
  });

  it('is seen also by somebody whom it refuses, and is not trusted by him', async () => {
    const { handshake, problems } = await inspectListener(port('clientPort'), NOBODY);
    expect(handshake).toMatchObject({ identified: false, authority: undefined });
    expect(problems).toEqual([expect.stringMatching(/not to be trusted: (UNABLE_TO|SELF_SIGNED)/)]);
  });
});

describe('a Redis node', () => {
  it.each([
    ['demands a certificate', (config: string) => config, true],
    [
      'that takes everybody says so',
      (config: string) => config.replace('tls-auth-clients yes', 'tls-auth-clients no'),
      false,
    ],
  ])('%s', async (_, twist, demanded) => {
    const redis = await startRedisServer(twist);
    try {
      const { handshake, problems } = await inspectListener(redis.address, operator);
      expect(handshake).toMatchObject({ speaks: 'tls', clientCertificate: { demanded } });
      expect(problems).toEqual([]);
    } finally {
      await redis.stop();
    }
  });
});

describe('a server of another kind', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const listen = async (server: Server) => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  };
  const files = () => {
    const { cert, key } = cluster.identity('nats-1');
    return { cert: readFileSync(cert), key: readFileSync(key) };
  };

  it('that says nothing and wants nobody’s certificate is told from one that refuses', async () => {
    const at = await listen(createServer(files(), (socket) => void socket.on('error', () => undefined)));
    const { handshake } = await inspectListener(`127.0.0.1:${at}`, operator);
    expect(handshake?.clientCertificate).toMatchObject({
      demanded: false,
      how: expect.stringMatching(/not turned away/),
    });
  });

  it('whose name is not in its certificate is not to be trusted', async () => {
    const { cert, key } = cluster.identity(OPERATOR);
    const at = await listen(createServer({ cert: readFileSync(cert), key: readFileSync(key) }));
    const { problems } = await inspectListener(`localhost:${at}`, operator);
    expect(problems[0]).toMatch(/not to be trusted/);
  });

  it.each([
    ['nobody listens', 3, () => Promise.resolve(1), /: tcp: /],
    [
      'NATS is spoken without TLS',
      3,
      () => listen(createPlain((socket) => void socket.write('INFO {"server_id":"a"}\r\n'))),
      /protocol: it speaks NATS without TLS/,
    ],
    [
      'no TLS is spoken',
      3,
      () => listen(createPlain((socket) => void socket.end('hello\r\n'))),
      /shows no certificate/,
    ],
  ])('is unknown where %s', async (_, exitCode, place, message) => {
    await expect(inspectListener(`127.0.0.1:${await place()}`, operator)).rejects.toMatchObject({
      ...{ code: 'NOTHING_SERVED', exitCode, message: expect.stringMatching(message) },
    });
  });
});

it('an address is told from a file and from a holder', () => {
  expect(['nats-1:4222', '[::1]:4222', '127.0.0.1:1'].map(isAddress)).toEqual([true, true, true]);
  expect(['settings', 'certs/a:1', './a:1', path.sep, 'a:b'].map(isAddress)).toEqual(Array(5).fill(false));
});
