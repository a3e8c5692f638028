import type { NatsConnection } from 'nats';
import { type ConnectionFault, recogniseFault } from '../connection-fault.ts';
import { GsysError } from '../errors.ts';
import type { Environment } from '../fleet/fleet.ts';
import { OPERATOR } from '../fleet/identity.ts';
import { unlessAborted } from '../pause.ts';
import { connectNats } from './connect.ts';
import { inboxPrefix } from './permissions.ts';

/** Milliseconds. */
const TIMEOUT = 3000;

/**
 * A connection as the operator, through whichever node lets him in first: one that is frozen is not waited for.
 * @param signal ends the attempt
 * @throws GsysError NATS_UNREACHABLE when none does, INVALID_DEFINITION when the environment names no operator
 */
export async function connectOperator(
  { name, platform, operator, nats }: Pick<Environment, 'name' | 'platform' | 'operator' | 'nats'>,
  signal: AbortSignal,
): Promise<NatsConnection> {
  if (operator === undefined) {
    throw new GsysError('INVALID_DEFINITION', `environment ${name} names no operator to connect as`, {
      next: `gsys config check --env ${name}`,
    });
  }
  const attempts = nats.nodes.map((node) =>
    connectNats({
      to: node,
      identity: operator,
      ca: operator.ca,
      inboxPrefix: inboxPrefix(OPERATOR),
      name: OPERATOR,
      timeout: TIMEOUT,
    }),
  );
  let first: NatsConnection | undefined;
  try {
    first = await unlessAborted(Promise.any(attempts), signal);
    return first;
  } catch (error) {
    signal.throwIfAborted();
    const faults = (error as AggregateError).errors.map(recogniseFault);
    const details = nats.nodes.map((node, i) => `${node.name}: ${(faults[i] as ConnectionFault).message}`);
    throw new GsysError('NATS_UNREACHABLE', 'no NATS node lets the operator in', {
      cause: faults[0],
      details,
      next: platform === 'embedded' ? 'gsys local up' : 'gsys verify --only "nats.*"',
    });
  } finally {
    for (const attempt of attempts)
      void attempt.then((nc) => (nc === first ? undefined : nc.close())).catch(() => undefined);
  }
}
