import { ConnectionFault } from '../../connection-fault.ts';
import type { NatsNode } from '../../fleet/fleet.ts';
import { NATS_TIMEOUT, natsSessions } from '../../nats/sessions.ts';
import { askServer, type Jsz } from '../../nats/system.ts';
import { pause } from '../../pause.ts';
import type { ProveContext } from './prove-config.ts';

/** Milliseconds. A follower that is asked to lead does so in a few hundredths of a second. */
const PATIENCE = 20_000;
const AGAIN = 200;

/**
 * Has others lead the streams and consumers that a node leads, before it is taken out. It hands over by itself in lame
 * duck mode, but stops a second later: what nobody took in time is away until its followers vote, four to nine seconds
 * (`minElectionTimeout`, `maxElectionTimeout` of nats-server). What it leads in the end all the same is told.
 * @throws GsysError LOCKED
 */
export async function handOver(
  node: NatsNode,
  { environment, signal, keepLock, waiting }: Omit<ProveContext, 'witness'>,
): Promise<void> {
  const sessions = natsSessions(environment);
  try {
    const [system, operator] = [await sessions.system(node), await sessions.operator(node)];
    for (const deadline = Date.now() + PATIENCE; ; ) {
      await keepLock();
      const asked = { accounts: true, streams: true, consumer: true, config: true };
      const groups = ledBy(node.name, await askServer(system, 'JSZ', NATS_TIMEOUT, asked));
      if (groups.length === 0) return;
      waiting(`leads ${groups.length} of JetStream's groups, which others are to take over`);
      if (Date.now() > deadline) return;
      // One that is refused is seen at the next look.
      await Promise.allSettled(
        groups.map((group) => operator.request(`$JS.API.${group}`, undefined, { timeout: NATS_TIMEOUT })),
      );
      await pause(AGAIN, signal);
    }
  } catch (error) {
    if (!(error instanceof ConnectionFault)) throw error;
    waiting(`nobody takes over beforehand what it leads: ${error.message}`);
  } finally {
    await sessions.close();
  }
}

/** How each is asked to have another leader; what has one replica has nobody else. Pure. */
export function ledBy(node: string, { account_details = [] }: Jsz): string[] {
  return account_details
    .flatMap(({ stream_detail = [] }) => stream_detail)
    .filter(({ config }) => config.num_replicas > 1)
    .flatMap(({ config, cluster, consumer_detail = [] }) => [
      ...(cluster?.leader === node ? [`STREAM.LEADER.STEPDOWN.${config.name}`] : []),
      ...consumer_detail
        .filter(
          (consumer) => consumer.cluster?.leader === node && (consumer.cluster.replicas ?? []).length > 0,
        )
        .map(({ name }) => `CONSUMER.LEADER.STEPDOWN.${config.name}.${name}`),
    ]);
}
