import { setTimeout as wait } from 'node:timers/promises';
import type { Gate, GatedCall, Spoiling } from '../aws/gate.ts';
import { AwsError, throttling } from '../aws/service.ts';
import type { FaultKind, Parameters } from './fault.ts';
import type { Target } from './target.ts';

/** A fault of the endpoint's operations. */
export interface EndpointFault {
  kind: FaultKind;
  aim: Extract<Target, { kind: 'aws' }>;
  parameters: Parameters;
}

/** Does to each call what the faults in force say, in the order in which they were injected. */
export function endpointGate(faults: () => EndpointFault[], random: () => number): Gate {
  return async (call) => {
    let spoiled: Spoiling | undefined;
    for (const fault of faults().filter(({ aim }) => takes(aim, call))) {
      if (random() >= (fault.parameters.rate ?? 1)) continue;
      spoiled = (await act(fault, random)) ?? spoiled;
    }
    return spoiled;
  };
}

/** @param target `*` in either place is all */
export function takes(target: { service: string; operation: string }, call: GatedCall): boolean {
  return (
    (target.service === '*' || target.service === call.service) &&
    (target.operation === '*' || target.operation === call.operation)
  );
}

async function act({ kind, parameters }: EndpointFault, random: () => number): Promise<Spoiling | undefined> {
  if (kind === 'half' || kind === 'html' || kind === 'hang' || kind === 'strange') return kind;
  if (kind === 'throttle') throw throttling();
  if (kind === 'error')
    throw new AwsError(parameters.code ?? 'InternalFailure', 'An injected fault.', parameters.status);
  if (kind === 'delay')
    await wait((parameters.ms ?? 0) + random() * (parameters.jitter ?? 0), undefined, { ref: false });
  return undefined;
}
