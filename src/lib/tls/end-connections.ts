import { GsysError } from '../errors.ts';
import { liveConnections } from '../nats/connections.ts';
import { natsSessions } from '../nats/sessions.ts';
import { pause } from '../pause.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds: a reload ends whoever is not mapped any more at once. */
const PATIENCE = 15_000;
const AGAIN = 300;

/**
 * Waits until nobody is connected as this user to any node.
 * @throws GsysError NOT_PROVEN where somebody stays, or a node does not tell
 */
export async function endConnections(user: string, { fleet, lock, signal, tell }: TlsContext): Promise<void> {
  const { nodes } = fleet.environment.nats;
  for (const deadline = Date.now() + PATIENCE; ; ) {
    await lock.keep();
    const sessions = natsSessions(fleet.environment);
    const seen = await liveConnections(nodes, sessions).finally(() => sessions.close());
    const left = seen.flatMap((at) =>
      at.connections === undefined
        ? [`${at.node} does not tell who is connected: ${at.why}`]
        : at.connections.filter((one) => one.user === user).map(({ cid }) => `${at.node}: connection ${cid}`),
    );
    if (left.length === 0) {
      for (const { node } of seen)
        tell({ type: 'proved', holder: node, detail: `nobody is connected as ${user}` });
      return;
    }
    if (Date.now() > deadline)
      throw new GsysError('NOT_PROVEN', `somebody is still connected as ${user}`, {
        details: left,
        next: 'gsys tls apply-config --restart, then the same again',
      });
    await pause(AGAIN, signal);
  }
}
