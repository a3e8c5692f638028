import { ConnectionFault } from '../connection-fault.ts';
import { GsysError } from '../errors.ts';
import { viewCertificate } from './certificate-view.ts';
import { findDemand } from './demand.ts';
import { findOutWhatItSpeaks } from './find-out.ts';
import { lookAt, type Seen } from './handshake.ts';
import { type Inspected, troubleOf } from './inspected.ts';
import type { Address } from './listeners.ts';
import { HANDSHAKE_TIMEOUT } from './look-at-listeners.ts';
import type { Visitor } from './visitor.ts';

/**
 * What listens there, in handshakes of its own: one with our certificate for what it serves, one without for whether
 * it wants any.
 * @throws GsysError NOTHING_SERVED with the layer at which it ended
 */
export async function inspectListener(target: string, visitor: Visitor): Promise<Inspected> {
  const { host, port } = parseAddress(target);
  try {
    const { seen, speaks } = await look({ host, port }, visitor);
    const clientCertificate = await findDemand({ host, port, speaks }, HANDSHAKE_TIMEOUT);
    const { protocol, cipher, authority, untrusted, at } = seen;
    const chain = seen.chain.map((certificate) => viewCertificate(certificate, at));
    const identified = visitor.identity !== undefined;
    return {
      ...{ target, kind: 'listener', where: `${host}:${port}`, chain, key: undefined },
      handshake: { speaks, protocol, cipher, authority, untrusted, identified, clientCertificate, at },
      problems: [
        ...(untrusted === undefined ? [] : [`not to be trusted: ${untrusted}`]),
        ...troubleOf(chain),
      ],
    };
  } catch (error) {
    if (!(error instanceof ConnectionFault)) throw error;
    throw new GsysError('NOTHING_SERVED', `${target} shows no certificate: ${error.kind}: ${error.message}`, {
      cause: error,
      next:
        error.kind === 'tls-identity'
          ? 'it wants a certificate before it shows its own: use an --env whose operator it knows'
          : 'gsys verify --only "nats.*"',
    });
  }
}

/** `host:4222`, `127.0.0.1:6379`, `[::1]:4222`: what is taken for an address. */
const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s/:[\]]+)):(\d{1,5})$/;

export function isAddress(target: string): boolean {
  return ADDRESS.test(target);
}

function parseAddress(target: string): Pick<Address, 'host' | 'port'> {
  const [, six, host = six, port = ''] = ADDRESS.exec(target) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new GsysError('USAGE', `${target} is no HOST:PORT`, { next: 'gsys tls inspect 127.0.0.1:4222' });
  return { host, port: Number(port) };
}

/** Whoever talks late is taken for somebody who waits for TLS, and found out by what he says then. */
async function look(
  address: Pick<Address, 'host' | 'port'>,
  visitor: Visitor,
): Promise<{ seen: Seen; speaks: Address['speaks'] }> {
  const speaks = await findOutWhatItSpeaks(address, HANDSHAKE_TIMEOUT);
  try {
    return { seen: await lookAt({ ...address, speaks }, visitor, HANDSHAKE_TIMEOUT), speaks };
  } catch (fault) {
    if (speaks === 'nats' || (fault as ConnectionFault).kind !== 'protocol') throw fault;
    try {
      return {
        seen: await lookAt({ ...address, speaks: 'nats' }, visitor, HANDSHAKE_TIMEOUT),
        speaks: 'nats',
      };
    } catch {
      throw fault;
    }
  }
}
