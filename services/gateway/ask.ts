import type { Calls, Cause, Target } from '../sdk/call.ts';
import { RequestTooLarge } from '../sdk/call-errors.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { JsonObject } from './body.ts';
import { Failure, fromCode, fromServiceError } from './failure.ts';
import type { Transcoder } from './transcode.ts';

export interface Question extends Target {
  /** Protobuf message types. */
  request: string;
  response: string;
}

/** JSON in, JSON out, protobuf over NATS in between. Both throw Failures, whoever failed. */
export interface Ask {
  one(question: Question, json: JsonObject, cause: Cause): Promise<JsonObject>;
  /** A reply in parts. To leave the loop is to cancel. */
  parts(question: Question, json: JsonObject, cause: Cause): AsyncGenerator<JsonObject, void>;
}

export function createAsk(calls: Calls, transcoder: Transcoder): Ask {
  const read = (question: Question, bytes: Uint8Array) => {
    const reply = readReply(transcoder, question, bytes);
    if (reply.error) throw asFailure(reply.error as ErrorJson);
    return reply;
  };
  return {
    one: async (question, json, cause) => {
      const request = transcoder.encode(question.request, json);
      const reply = await calls.one(question, request, cause).catch(rethrow);
      return read(question, reply);
    },
    parts: async function* (question, json, cause) {
      const request = transcoder.encode(question.request, json);
      const parts = calls.parts(question, request, cause);
      try {
        for await (const part of parts) yield read(question, part);
      } catch (error) {
        rethrow(error);
      }
    },
  };
}

interface ErrorJson {
  code?: keyof typeof Code | number;
  message?: string;
  details?: Record<string, string>;
}

function rethrow(error: unknown): never {
  if (error instanceof RequestTooLarge)
    throw new Failure(413, 'INVALID_ARGUMENT', error.message, { cause: error });
  if (error instanceof ServiceError) throw fromServiceError(error);
  throw error;
}

function readReply(transcoder: Transcoder, { subject, response }: Question, bytes: Uint8Array): JsonObject {
  try {
    return transcoder.decode(response, bytes);
  } catch (cause) {
    throw fromCode(Code.INTERNAL, `The reply of ${subject} is not a ${response}.`, { cause });
  }
}

/** That there is an error is said by its presence: code 0, which is UNKNOWN, does not travel. */
function asFailure({ code = 'UNKNOWN', message = '', details = {} }: ErrorJson): Failure {
  return fromCode(typeof code === 'number' ? code : Code[code], message, { details });
}
