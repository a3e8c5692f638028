import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../lib/errors.ts';
import { readBody } from './body.ts';
import { type CallForm, signerOf } from './guard.ts';
import { AwsError, type AwsService } from './service.ts';
import { inputMistakes } from './validate.ts';
import { jsonWire } from './wire/json.ts';
import { queryWire } from './wire/query.ts';
import type { Call, Wire } from './wire/wire.ts';

export interface CallAnswer {
  status: number;
  contentType: string;
  body: string;
  /** What went wrong, when it was not the caller. */
  fault?: unknown;
}

const WIRES: Record<CallForm, Wire> = {
  'json1.0': jsonWire('1.0'),
  'json1.1': jsonWire('1.1'),
  query: queryWire,
};

/** Answers one AWS call; never throws. */
export async function answerCall(
  form: CallForm,
  request: IncomingMessage,
  services: AwsService[],
  requestId: string,
): Promise<CallAnswer> {
  const wire = WIRES[form];
  try {
    const body = await perform(wire, request, services, requestId);
    return { status: 200, contentType: wire.contentType, body };
  } catch (thrown) {
    const error =
      thrown instanceof AwsError ? thrown : new AwsError(wire.internalCode, messageOf(thrown), 500);
    const answer = {
      status: error.status,
      contentType: wire.contentType,
      body: wire.failure(error, requestId),
    };
    return thrown === error ? answer : { ...answer, fault: thrown };
  }
}

async function perform(
  wire: Wire,
  request: IncomingMessage,
  services: AwsService[],
  requestId: string,
): Promise<string> {
  const { service: scope, ...caller } = signerOf(request.headers);
  const target = request.headers['x-amz-target'];
  const body = await readBody(request);
  const call = wire.find({ target: typeof target === 'string' ? target : undefined, scope, body }, services);
  const input = await call.read();
  refuseMistakes(call, input);
  const operation = call.service.operations[call.name];
  if (!operation) throw new Error(`${call.name} was found and is gone.`);
  return wire.success(call, await operation(input, caller), requestId);
}

function refuseMistakes({ service, input: schema }: Call, input: unknown): void {
  const mistakes = inputMistakes(schema, input);
  if (mistakes.length === 0) return;
  const code =
    service.validationCode ?? (service.protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException');
  const count = `${mistakes.length} validation error${mistakes.length === 1 ? '' : 's'} detected`;
  throw new AwsError(code, `${count}: ${mistakes.join('; ')}`);
}
