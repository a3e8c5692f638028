import { GsysError, messageOf } from '../errors.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { isInStep } from '../nats/replicas.ts';
import { natsSessions } from '../nats/sessions.ts';
import { askServer, type Jsz } from '../nats/system.ts';
import { pause } from '../pause.ts';
import type { NodeMachine } from './node/node-machine.ts';
import { readVarz } from './prove-node.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds: a node lets its clients go for up to a minute, and whoever keeps it running takes its time, too. */
const PATIENCE = 180_000;
const AGAIN = 500;
const ASK = 1500;

/**
 * Restarts a node in lame duck mode, and ends when it is another process, routed to all others, and every node's
 * JetStream is current; it does not begin before all of them are.
 * @throws GsysError NOT_PROVEN
 */
export async function restartNode(node: NatsNode, machine: NodeMachine, context: TlsContext): Promise<void> {
  const { fleet, lock, signal, tell } = context;
  const { environment } = fleet;
  const settle = async (what: string, look: () => Promise<string | undefined>) => {
    for (const deadline = Date.now() + PATIENCE; ; ) {
      await lock.keep();
      const missing = await look().catch((error: unknown) => messageOf(error));
      signal?.throwIfAborted();
      if (missing === undefined) return;
      tell({ type: 'waiting', holder: node.name, detail: missing });
      if (Date.now() > deadline)
        throw new GsysError('NOT_PROVEN', `${node.name} ${what}: ${missing}`, {
          next: `look at the log of ${node.name}, then the same again`,
        });
      await pause(AGAIN, signal);
    }
  };
  await settle('is not restarted', () => missingOfJetStream(environment));
  const before = await readVarz(node, environment);
  await machine.drain(node);
  await settle('is not back', async () => {
    const { start, remotes = 0 } = await readVarz(node, environment);
    if (start === before.start) return 'it lets its clients go';
    const peers = environment.nats.nodes.length - 1;
    if (remotes < peers) return `it has routes to ${remotes} of ${peers} nodes`;
    return await missingOfJetStream(environment);
  });
  tell({
    type: 'proved',
    holder: node.name,
    detail: 'restarted, routed to all others, JetStream is current',
  });
}

/** What keeps the nodes' JetStream from being whole, if anything does. */
async function missingOfJetStream({ nats, operator }: TlsContext['fleet']['environment']) {
  const sessions = natsSessions({ operator });
  try {
    const views = await Promise.all(
      nats.nodes.map(async (node) => ({
        name: node.name,
        jsz: await askServer(await sessions.system(node), 'JSZ', ASK),
      })),
    );
    return judgeMeta(views);
  } finally {
    await sessions.close();
  }
}

/** Only the leader tells of the others. Pure. */
export function judgeMeta(views: { name: string; jsz: Jsz }[]): string | undefined {
  const off = views.filter(({ jsz }) => jsz.disabled === true || jsz.meta_cluster === undefined);
  // A fleet of nodes that have none, or a single one.
  if (off.length === views.length) return undefined;
  if (off.length > 0) return `JetStream is off on ${off.map(({ name }) => name).join(', ')}`;
  const leaders = new Set(views.map(({ jsz }) => jsz.meta_cluster?.leader ?? ''));
  const [leader] = leaders;
  if (leaders.size > 1 || !leader) return 'the nodes do not agree on a JetStream leader';
  const replicas = views.find(({ name }) => name === leader)?.jsz.meta_cluster?.replicas ?? [];
  const lacking = replicas.filter((replica) => !isInStep(replica));
  if (lacking.length > 0) return `JetStream is not current on ${lacking.map(({ name }) => name).join(', ')}`;
  return replicas.length < views.length - 1 ? 'the JetStream leader does not see all nodes yet' : undefined;
}
