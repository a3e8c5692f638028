import { ConnectionFault } from '../../connection-fault.ts';
import { shakeHands } from '../../nats/handshake.ts';
import { type Layer, ProbeFault } from '../layer.ts';
import type { NodeTarget } from '../target.ts';

/** Milliseconds. */
const TIMEOUT = 2500;

/** Its route port takes a peer as it should: TLS from the first byte, and its INFO within. */
export const peers: Layer<NodeTarget> = {
  name: 'peers',
  async climb({ target }) {
    const { host, routePort: port, belongings, expected } = target;
    if (port === undefined) return { skipped: 'no --route-port was given' };
    const { cert, key, ca } = belongings.material;
    if (cert === undefined || key === undefined) return { skipped: 'we have no certificate to show a peer' };
    const credentials = { cert, key, ca: ca.join('\n') };
    const { info, protocol, untrusted } = await shakeHands(
      { listener: 'route', host, port, timeout: TIMEOUT },
      credentials,
    );
    if (untrusted !== undefined) throw new ConnectionFault('tls-trust', `route port ${port}: ${untrusted}`);
    if (expected !== undefined && info.server_name !== expected.name)
      throw new ProbeFault('other-server', `the route port is ${info.server_name}'s`);
    return { saw: `route port ${port}: ${protocol}, ${info.server_name}` };
  },
  meaning(kind, { name, host, routePort, ours }) {
    const look = [`gsys tls inspect ${host}:${routePort}`];
    const next = ours ? [...look, `gsys tls apply-config ${name} --dry-run`] : look;
    if (kind === 'tcp')
      return {
        means:
          'Clients are served and no peer can come in: its route port is closed, so it stands alone or has been cut off.',
        side: 'there',
        next,
      };
    if (kind === 'tls-trust' || kind === 'tls-identity')
      return {
        means: 'Peers would not trust each other: routes that are open live on, new ones fail.',
        side: 'there',
        next,
      };
    if (kind === 'other-server')
      return {
        means: 'Client port and route port of this address belong to different servers.',
        side: 'there',
        next,
      };
    return {
      means: 'Its route port does not do what a NATS node of this fleet does there.',
      side: 'there',
      next,
    };
  },
};
