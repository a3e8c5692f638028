import { randomUUID } from 'node:crypto';
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { timestampNow } from '@bufbuild/protobuf/wkt';
import { type Error as ErrorMessage, type Meta, MetaSchema } from '../gen/common_pb.js';
import { type Cause, createCalls } from './call.ts';
import type { Link } from './connect.ts';
import type { CallDefinition, Definition } from './definition.ts';
import { Code, ServiceError } from './errors.ts';
import type { Logger } from './log.ts';
import type { Origin } from './request-context.ts';
import { beginTrace } from './trace.ts';

/** An operation of another service: its subject and the two messages of its contract. */
export interface Operation<I extends DescMessage, O extends DescMessage> {
  subject: string;
  request: I;
  response: O;
}

export interface AskOptions {
  /** Milliseconds, where less is wanted than the contract gives. */
  timeoutMs?: number;
  /**
   * Tells two requests to one subject apart that are made for the same request of ours: each has its own idempotency
   * key then, `<key of ours>/<step>`, which is the same when ours comes again.
   */
  step?: string;
}

/** Asks other services: those in service.yaml's `calls`, with the timeouts and the idempotency of their contracts. */
export interface Caller {
  /**
   * @param origin the request that it is done for, undefined for work that nobody waits for: its time, its trace, its
   * user and its idempotency key go along
   * @throws ServiceError also for an error inside of the reply
   */
  ask<I extends DescMessage, O extends DescMessage>(
    operation: Operation<I, O>,
    request: MessageInitShape<I>,
    origin: Origin | undefined,
    options?: AskOptions,
  ): Promise<MessageShape<O>>;
  /** The same for an operation whose reply comes in parts. To leave the loop is to cancel. */
  stream<I extends DescMessage, O extends DescMessage>(
    operation: Operation<I, O>,
    request: MessageInitShape<I>,
    origin: Origin | undefined,
    options?: AskOptions,
  ): AsyncIterable<MessageShape<O>>;
}

export function createCaller(link: Link, definition: Definition, log: Logger): Caller {
  const calls = createCalls(link, log);
  const prepare = <I extends DescMessage, O extends DescMessage>(
    operation: Operation<I, O>,
    init: MessageInitShape<I>,
    origin: Origin | undefined,
    { timeoutMs = Number.POSITIVE_INFINITY, step }: AskOptions,
  ) => {
    const declared = contractOf(definition, operation);
    const trace = origin?.trace ?? beginTrace();
    const message = create(operation.request, init) as MessageShape<I> & { meta?: Meta };
    message.meta = metaFor(definition.name, origin?.meta, trace.traceId, step);
    const cause: Cause = { trace, remainingMs: origin?.remainingMs(), signal: origin?.signal };
    const target = { ...declared, timeoutMs: Math.min(timeoutMs, declared.timeout * 1000) };
    return { target, cause, bytes: toBinary(operation.request, message) };
  };
  return {
    ask: async (operation, request, origin, options = {}) => {
      const { target, bytes, cause } = prepare(operation, request, origin, options);
      return decode(operation, await calls.one(target, bytes, cause));
    },
    async *stream(operation, request, origin, options = {}) {
      const { target, bytes, cause } = prepare(operation, request, origin, options);
      for await (const part of calls.parts(target, bytes, cause)) yield decode(operation, part);
    },
  };
}

/** @throws Error when service.yaml's `calls` and the operation do not agree */
function contractOf(
  { name, calls = [] }: Definition,
  { subject, request, response }: Operation<DescMessage, DescMessage>,
): CallDefinition {
  const declared = calls.find((one) => one.subject === subject);
  if (!declared) throw new Error(`services/${name}/service.yaml does not say that it calls ${subject}.`);
  if (declared.request !== request.typeName || declared.response !== response.typeName)
    throw new Error(`${subject} takes ${declared.request} and answers ${declared.response}.`);
  return declared;
}

function metaFor(clientId: string, meta: Meta | undefined, traceId: string, step: string | undefined): Meta {
  const { requestId = randomUUID(), userId = '', tenantId = '', labels = {} } = meta ?? {};
  const key = meta?.idempotencyKey ?? '';
  return create(MetaSchema, {
    ...{ requestId, clientId, userId, tenantId, labels },
    traceId: meta?.traceId || traceId,
    timestamp: timestampNow(),
    idempotencyKey: key && step ? `${key}/${step}` : key,
  });
}

/** @throws ServiceError that the reply holds */
function decode<O extends DescMessage>(
  { subject, response }: Operation<DescMessage, O>,
  data: Uint8Array,
): MessageShape<O> {
  let reply: MessageShape<O>;
  try {
    reply = fromBinary(response, data);
  } catch (cause) {
    throw new ServiceError(Code.INTERNAL, `The reply of ${subject} is not a ${response.typeName}.`, {
      cause,
    });
  }
  const { error } = reply as { error?: ErrorMessage };
  if (error) throw new ServiceError(error.code, error.message, { details: error.details });
  return reply;
}
