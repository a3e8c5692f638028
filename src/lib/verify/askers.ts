import { ConnectionFault, recogniseFault } from '../connection-fault.ts';
import type { Asker } from '../probe/contract.ts';
import type { VerifyContext } from './context.ts';

/**
 * The operator's connections, one for each node that lets him in.
 * @throws ConnectionFault when none does: then nothing can be said of who is behind them
 */
export async function askers({ fleet, nats }: VerifyContext): Promise<Asker[]> {
  const tried = await Promise.allSettled(
    fleet.environment.nats.nodes.map(async (node) => ({ through: node.name, nc: await nats.operator(node) })),
  );
  const open = tried.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  if (open.length > 0) return open;
  const first = tried.find((attempt) => attempt.status === 'rejected');
  const { kind, message } = recogniseFault(first?.reason);
  throw new ConnectionFault(kind, `no NATS node lets the operator in: ${message}`, first?.reason);
}
