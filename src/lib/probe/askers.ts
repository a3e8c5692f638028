import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { ConnectionFault, recogniseFault } from '../connection-fault.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NatsSessions } from '../nats/sessions.ts';
import type { Asker } from './contract.ts';

interface Asking {
  fleet: Fleet;
  nats: Pick<NatsSessions, 'operator'>;
  now(): Date;
}

/** Milliseconds that the other nodes get once the first has let us in; at least as long again as that took. */
const GRACE = 300;

/**
 * The operator's connections, one for each node that lets him in. A node that is frozen is not waited for to the
 * end: those behind the others can be asked meanwhile.
 * @throws ConnectionFault when none does: then nothing can be said of who is behind them
 */
export async function askers({ fleet, nats, now }: Asking): Promise<Asker[]> {
  const started = now().getTime();
  const { nodes } = fleet.environment.nats;
  const open: Asker[] = [];
  const attempts = nodes.map(async (node) => {
    const nc: NatsConnection = await nats.operator(node);
    open.push({ through: node.name, nc });
  });
  const grace = Promise.any(attempts).then(() => sleep(Math.max(GRACE, now().getTime() - started)));
  await Promise.race([Promise.allSettled(attempts), grace.catch(() => undefined)]);
  if (open.length > 0) return open.toSorted((a, b) => a.through.localeCompare(b.through));
  const [first] = await Promise.allSettled(attempts);
  const { kind, message } = recogniseFault(first?.status === 'rejected' ? first.reason : undefined);
  throw new ConnectionFault(kind, `no NATS node lets the operator in: ${message}`);
}
