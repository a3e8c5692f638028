import { createHash } from 'node:crypto';
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
import type { RequestContext } from './request-context.ts';

/** What every contract's messages have in common. */
type Request = { meta?: Meta | undefined };
type Response = { meta?: Meta | undefined; error?: ErrorMessage | undefined };

/** A decoded request, ready to be answered in protobuf, whatever its types. @throws whatever the handler throws */
export type Call = Decoded &
  (
    | { streaming: false; answer(context: RequestContext): Promise<Uint8Array> }
    /** The reply's parts, one after another. */
    | { streaming: true; answer(context: RequestContext): AsyncIterable<Uint8Array> }
  );

interface Decoded {
  meta: Meta | undefined;
  /** The same for two requests that ask the same, whoever asks and when. */
  fingerprint(): string;
}

export interface Endpoint {
  requestType: string;
  responseType: string;
  /** The reply comes in parts. */
  streaming: boolean;
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
  return {
    ...contract(request, response),
    streaming: false,
    decode: (data) => {
      const { message, ...decoded } = decode(request, data);
      const encodeReply = (reply: MessageInitShape<O>) =>
        encode(response, create(response, reply), decoded.meta);
      return {
        ...decoded,
        streaming: false,
        answer: async (context) => encodeReply(await handle(message, context)),
      };
    },
  };
}

/**
 * The same for a contract with `streaming: true`: what the handler yields are the parts of the reply, in order. When
 * nobody waits for them any more, `context.signal` is aborted, and the handler is left at its next `yield`.
 */
export function streamingEndpoint<I extends DescMessage, O extends DescMessage>(
  request: I,
  response: O,
  handle: (request: MessageShape<I>, context: RequestContext) => AsyncIterable<MessageInitShape<O>>,
): Endpoint {
  return {
    ...contract(request, response),
    streaming: true,
    decode: (data) => {
      const { message, ...decoded } = decode(request, data);
      async function* parts(context: RequestContext) {
        for await (const part of handle(message, context))
          yield encode(response, create(response, part), decoded.meta);
      }
      return { ...decoded, streaming: true, answer: parts };
    },
  };
}

function contract(
  request: DescMessage,
  response: DescMessage,
): Pick<Endpoint, 'requestType' | 'responseType' | 'failure'> {
  return {
    requestType: request.typeName,
    responseType: response.typeName,
    failure: (error, meta) => encode(response, create(response), meta, error),
  };
}

function encode<O extends DescMessage>(
  schema: O,
  reply: MessageShape<O>,
  meta: Meta | undefined,
  error?: ServiceError,
): Uint8Array {
  // Every reply has `meta` first and `error` last; the type of an arbitrary message cannot say so.
  const common = reply as Response;
  const echoed = replyMeta(meta);
  if (echoed) common.meta = echoed;
  if (error) common.error = toMessage(error);
  return toBinary(schema, reply);
}

function decode<I extends DescMessage>(schema: I, data: Uint8Array): Decoded & { message: MessageShape<I> } {
  let message: MessageShape<I>;
  try {
    message = fromBinary(schema, data);
  } catch (cause) {
    throw new ServiceError(Code.INVALID_ARGUMENT, `The request is not a ${schema.typeName}.`, { cause });
  }
  const { meta } = message as Request;
  return { message, meta, fingerprint: () => fingerprint(schema, message) };
}

function fingerprint<I extends DescMessage>(schema: I, message: MessageShape<I>): string {
  const { meta: _, ...rest } = message as Request;
  const bytes = toBinary(schema, create(schema, rest as MessageInitShape<I>));
  return createHash('sha256').update(schema.typeName).update(bytes).digest('base64url').slice(0, 22);
}

/** A reply tells whose answer it is and when it was given; it repeats nothing else of the caller's. */
function replyMeta(meta: Meta | undefined): Meta | undefined {
  if (!meta) return undefined;
  const { requestId, traceId } = meta;
  return create(MetaSchema, { requestId, traceId, timestamp: timestampNow() });
}
