import { gather } from '../nats/micro.ts';
import { NATS_TIMEOUT } from '../nats/sessions.ts';
import type { Asker, Census } from './contract.ts';

/** Everybody who tells its counts (`$SRV.STATS`), asked through each node: where the mesh is torn, each part has its own. */
export async function takeCensus(askers: Asker[], now: () => number): Promise<Census> {
  const from = now();
  const answers = await Promise.all(askers.map(({ nc }) => gather(nc, 'STATS', { maxWait: NATS_TIMEOUT })));
  const stats = [...new Map(answers.flat().map((each) => [each.id, each])).values()];
  return { stats, asking: { from, to: now() } };
}
