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
import { Code, ServiceError, toMessage } from './errors.ts';
import type { Logger } from './log.ts';

/** What a handler knows of a request besides its message. */
export interface RequestContext {
  meta: Meta | undefined;
  /** Carries the request's trace id. */
  log: Logger;
}

/** What every contract's messages have in common. */
type Request = { meta?: Meta | undefined };
type Response = { meta?: Meta | undefined; error?: ErrorMessage | undefined };

/** A decoded request, ready to be answered in protobuf, whatever its types. */
export interface Call {
  meta: Meta | undefined;
  /** @throws whatever the handler throws */
  answer(context: RequestContext): Promise<Uint8Array>;
}

export interface Endpoint {
  requestType: string;
  responseType: string;
  /** @throws ServiceError INVALID_ARGUMENT when the bytes are not the request's */
  decode(data: Uint8Array): Call;
  /** A reply that is nothing but a failure. */
  failure(error: ServiceError, meta: Meta | undefined): Uint8Array;
}

/** Ties a handler to the two messages of its contract. What it returns is the reply without `meta`. */
export function endpoint<I extends DescMessage, O extends DescMessage>(
  request: I,
  response: O,
  handle: (request: MessageShape<I>, context: RequestContext) => Promise<MessageInitShape<O>>,
): Endpoint {
  const encode = (reply: MessageShape<O>, meta: Meta | undefined, error?: ServiceError) => {
    // Every reply has `meta` first and `error` last; the type of an arbitrary message cannot say so.
    const common = reply as Response;
    const echoed = replyMeta(meta);
    if (echoed) common.meta = echoed;
    if (error) common.error = toMessage(error);
    return toBinary(response, reply);
  };
  return {
    requestType: request.typeName,
    responseType: response.typeName,
    decode: (data) => {
      const message = decode(request, data);
      const { meta } = message as Request;
      return {
        meta,
        answer: async (context) => encode(create(response, await handle(message, context)), meta),
      };
    },
    failure: (error, meta) => encode(create(response), meta, error),
  };
}

function decode<I extends DescMessage>(schema: I, data: Uint8Array): MessageShape<I> {
  try {
    return fromBinary(schema, data);
  } catch (cause) {
    throw new ServiceError(Code.INVALID_ARGUMENT, `The request is not a ${schema.typeName}.`, { cause });
  }
}

/** A reply tells whose answer it is and when it was given; it repeats nothing else of the caller's. */
function replyMeta(meta: Meta | undefined): Meta | undefined {
  if (!meta) return undefined;
  const { requestId, traceId } = meta;
  return create(MetaSchema, { requestId, traceId, timestamp: timestampNow() });
}
