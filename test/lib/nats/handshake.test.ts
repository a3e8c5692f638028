import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { shakeHands } from '../../../src/lib/nats/handshake.ts';
import { STRANGERS, tryStranger } from '../../../src/lib/nats/refusal.ts';
import { makeStranger } from '../../../src/lib/verify/stranger.ts';
import { type NatsCluster, startNats } from './cluster.ts';

const LISTENERS = ['client', 'route'] as const;

describe('handshakes', () => {
  let cluster: NatsCluster;
  beforeAll(async () => {
    cluster = await startNats({ size: 3 });
  });
  afterAll(async () => await cluster?.stop());

  const target = (listener: (typeof LISTENERS)[number], node = 0) => {
    const { host, clientPort, routePort } = cluster.nodes[node] as NatsCluster['nodes'][number];
    return { listener, host, port: listener === 'client' ? clientPort : routePort, timeout: 1500 };
  };

  it.each(LISTENERS)('with our identity succeed on the %s port and show what is served', async (listener) => {
    const { info, leaf, protocol, untrusted } = await shakeHands(target(listener), {
      identity: cluster.identity(OPERATOR),
      ca: cluster.ca,
    });
    expect(info.server_name).toBe('nats-1');
    expect(new X509Certificate(leaf).checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(protocol).toBe('TLSv1.3');
    expect(untrusted).toBeUndefined();
  });

  it('with another authority than the server’s say that it is not to be trusted', async () => {
    const { cert } = cluster.identity('nats-2');
    const { untrusted } = await shakeHands(target('client'), {
      identity: cluster.identity(OPERATOR),
      ca: cert,
    });
    expect(untrusted).toMatch(/UNABLE_TO|SELF_SIGNED/);
  });

  it('with a certificate that stands for nobody are an auth fault on the client port', async () => {
    const asNode = shakeHands(target('client'), { identity: cluster.identity('nats-2'), ca: cluster.ca });
    await expect(asNode).rejects.toMatchObject({ kind: 'auth' });
  });

  it.each(LISTENERS)('are refused on the %s port for every stranger', async (listener) => {
    const foreign = await makeStranger('gsys-operator.g1.svc.lab.internal');
    for (const stranger of STRANGERS) {
      const { refused, how } = await tryStranger(target(listener), stranger, foreign);
      expect({ stranger, refused, how: how !== '' }).toEqual({ stranger, refused: true, how: true });
    }
  });

  it('with nobody listening are a tcp fault, also for strangers', async () => {
    const nowhere = { ...target('client'), port: 1 };
    await expect(
      shakeHands(nowhere, { identity: cluster.identity(OPERATOR), ca: cluster.ca }),
    ).rejects.toMatchObject({
      kind: 'tcp',
    });
    await expect(tryStranger(nowhere, 'plaintext', { cert: '', key: '' })).rejects.toMatchObject({
      kind: 'tcp',
    });
  });

  it('with something that swallows are a timeout', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const frozen = { ...target('client'), port, timeout: 200 };
    await expect(
      shakeHands(frozen, { identity: cluster.identity(OPERATOR), ca: cluster.ca }),
    ).rejects.toMatchObject({
      kind: 'timeout',
    });
    server.close();
  });
});

describe('a server that asks nobody for a certificate', () => {
  let cluster: NatsCluster;
  beforeAll(async () => {
    const lax = (config: string) => config.replace('verify_and_map: true', 'verify: false');
    cluster = await startNats({ size: 1, twist: (config) => withoutAccounts(lax(config)) });
  });
  afterAll(async () => await cluster?.stop());

  it('is found out by each stranger that it lets in', async () => {
    const { host, clientPort: port } = cluster.nodes[0] as NatsCluster['nodes'][number];
    const foreign = await makeStranger('gsys-operator.g1.svc.lab.internal');
    const tried = await Promise.all(
      STRANGERS.map((stranger) => tryStranger({ listener: 'client', host, port }, stranger, foreign)),
    );
    expect(tried.map(({ refused }) => refused)).toEqual([false, false, true]);
  });
});

/** Without users the server lets anybody in who passes TLS; without a cluster it starts alone. */
function withoutAccounts(config: string): string {
  return config.replace(/\ncluster \{[\s\S]*$/, '');
}
