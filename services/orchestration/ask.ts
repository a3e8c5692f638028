import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { MetaSchema } from '../gen/common_pb.js';
import { CircuitOpen } from '../sdk/breaker.ts';
import { NoResponders, NotAllowed, RequestTooLarge } from '../sdk/call-errors.ts';
import type { Caller, Operation } from '../sdk/caller.ts';
import type { CallDefinition } from '../sdk/definition.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { beginTrace } from '../sdk/trace.ts';
import type { Contracts } from './contracts.ts';
import type { Execution, Outcome } from './execution.ts';
import { fill } from './template.ts';
import type { StepRequest } from './workflow.ts';

export interface Asking {
  execution: Execution;
  /** Tells the execution's requests apart: each has an idempotency key of its own, the same after every death. */
  step: string;
  request: StepRequest;
  /** A task that has died may have asked it already. */
  again: boolean;
  /** Milliseconds since the epoch; undefined: as long as it takes. */
  deadlineMs?: number;
  /** Waits between attempts, milliseconds; one attempt more than there are waits. */
  waits: number[];
  /** Aborted when the answer is not wanted any more. */
  signal: AbortSignal;
}

/** Bytes of a reply, in JSON, that are kept with the execution. */
const MAX_RESULT = 65_536;

export interface AskerOptions {
  caller: Caller;
  contracts: Contracts;
  calls: CallDefinition[];
  now: () => number;
}

/** It never throws. */
export type Ask = (asking: Asking) => Promise<Outcome>;

/** Asks a service until it is known whether it was done, or asking again does not help. */
export function createAsker({ caller, contracts, calls, now }: AskerOptions): Ask {
  const once = async ({ execution, step, request, deadlineMs, signal }: Asking) => {
    const { operation, message } = prepared(request, execution);
    const { userId, traceId, id } = execution;
    const origin = {
      meta: create(MetaSchema, { requestId: id, idempotencyKey: id, userId, traceId }),
      trace: beginTrace(traceId),
      signal,
      remainingMs: () => (deadlineMs ?? Number.POSITIVE_INFINITY) - now(),
    };
    const reply = await caller.ask(operation, message, origin, { step });
    return contracts.toJson(operation.response, reply);
  };

  const prepared = ({ subject, request }: StepRequest, { id, parameters, steps }: Execution) => {
    const declared = calls.find((one) => one.subject === subject);
    if (!declared) throw new NotAsked(`The fleet has no ${subject}.`);
    const operation: Operation<ReturnType<Contracts['message']>, ReturnType<Contracts['message']>> = {
      subject,
      request: contracts.message(declared.request),
      response: contracts.message(declared.response),
    };
    const results = Object.fromEntries(steps.map((one) => [one.id, one.result ?? {}]));
    try {
      const json = fill(request, { parameters, steps: results, execution: { id } });
      return { operation, message: contracts.fromJson(operation.request, json) };
    } catch (cause) {
      throw new NotAsked((cause as Error).message, { cause });
    }
  };

  return async (asking) => {
    let reached = asking.again;
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await once(asking);
        return isSmall(result)
          ? { kind: 'done', result }
          : { kind: 'unknown', message: `The reply has more than ${MAX_RESULT} bytes and cannot be kept.` };
      } catch (error) {
        const { message } = error as Error;
        const verdict = verdictOf(error);
        if (verdict === 'refused') {
          const code = error instanceof ServiceError ? { code: error.code } : {};
          return { kind: 'failed', message, ...code };
        }
        reached ||= verdict === 'unknown';
        const wait = asking.waits[attempt];
        const over = wait === undefined || now() + wait >= (asking.deadlineMs ?? Number.POSITIVE_INFINITY);
        if (!over) await sleep(wait, undefined, { signal: asking.signal }).catch(() => undefined);
        if (over || asking.signal.aborted) return { kind: reached ? 'unknown' : 'failed', message };
      }
    }
  };
}

function isSmall(result: object): boolean {
  return Buffer.byteLength(JSON.stringify(result)) <= MAX_RESULT;
}

/** The request could not even be made. */
class NotAsked extends Error {
  override readonly name = 'NotAsked';
}

/** What the service has said for good: it did nothing, and will say the same again. */
const REFUSALS: Code[] = [
  Code.INVALID_ARGUMENT,
  Code.NOT_FOUND,
  Code.PERMISSION_DENIED,
  Code.UNAUTHENTICATED,
  Code.CONFLICT,
  Code.FAILED_PRECONDITION,
  Code.OUT_OF_RANGE,
  Code.UNIMPLEMENTED,
];

function verdictOf(error: unknown): 'refused' | 'unreached' | 'unknown' {
  if (error instanceof NotAsked || error instanceof NotAllowed || error instanceof RequestTooLarge)
    return 'refused';
  if (error instanceof NoResponders || error instanceof CircuitOpen) return 'unreached';
  if (!(error instanceof ServiceError)) return 'unknown';
  if (error.code === Code.RESOURCE_EXHAUSTED) return 'unreached';
  return REFUSALS.includes(error.code) ? 'refused' : 'unknown';
}
