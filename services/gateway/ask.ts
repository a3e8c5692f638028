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

/** JSON in, JSON out, protobuf over NATS in between. @throws Failure, whoever failed */
export type Ask = (question: Question, json: JsonObject, cause: Cause) => Promise<JsonObject>;

export function createAsk(calls: Calls, transcoder: Transcoder): Ask {
  return async (question, json, cause) => {
    const request = transcoder.encode(question.request, json);
    const reply = readReply(transcoder, question, await send(calls, question, request, cause));
    if (reply.error) throw asFailure(reply.error as ErrorJson);
    return reply;
  };
}

interface ErrorJson {
  code?: keyof typeof Code | number;
  message?: string;
  details?: Record<string, string>;
}

async function send(
  calls: Calls,
  question: Question,
  request: Uint8Array,
  cause: Cause,
): Promise<Uint8Array> {
  try {
    return await calls.one(question, request, cause);
  } catch (error) {
    if (error instanceof RequestTooLarge)
      throw new Failure(413, 'INVALID_ARGUMENT', error.message, { cause: error });
    if (error instanceof ServiceError) throw fromServiceError(error);
    throw error;
  }
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
