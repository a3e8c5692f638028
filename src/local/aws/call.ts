import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../lib/errors.ts';
import { readBody } from './body.ts';
import type { Gate, Spoiling } from './gate.ts';
import { type CallForm, signerOf } from './guard.ts';
import { AwsError, type AwsService } from './service.ts';
import { inputMistakes } from './validate.ts';
import { EVENT_STREAM, eventFrames, eventsOf } from './wire/event-stream.ts';
import { jsonWire } from './wire/json.ts';
import { queryWire } from './wire/query.ts';
import type { Call, Wire } from './wire/wire.ts';

export interface CallAnswer {
  status: number;
  contentType: string;
  headers?: Record<string, string>;
  /** Frames of an event stream, for the operations that answer for as long as the caller listens. */
  body: string | AsyncIterable<Uint8Array>;
  /** What went wrong, when it was not the caller. */
  fault?: unknown;
  /** How the answer is to be ruined on its way. */
  spoiled?: Spoiling;
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
  gates: Gate[],
  requestId: string,
): Promise<CallAnswer> {
  const wire = WIRES[form];
  const found: Found = { service: undefined, spoiled: undefined };
  const answer = await perform(wire, request, services, gates, requestId, found).catch((thrown) => {
    const error =
      thrown instanceof AwsError ? thrown : new AwsError(wire.internalCode, messageOf(thrown), 500);
    const failure = { contentType: wire.contentType, ...wire.failure(error, requestId, found.service) };
    return thrown === error ? failure : { ...failure, fault: thrown };
  });
  return found.spoiled === undefined ? answer : { ...answer, spoiled: found.spoiled };
}

/** What is known of a call by the time it fails, if it does. */
interface Found {
  service: AwsService | undefined;
  spoiled: Spoiling | undefined;
}

async function perform(
  wire: Wire,
  request: IncomingMessage,
  services: AwsService[],
  gates: Gate[],
  requestId: string,
  found: Found,
): Promise<CallAnswer> {
  const { service: scope, ...caller } = signerOf(request.headers, wire.unsignedCode);
  const target = request.headers['x-amz-target'];
  const body = await readBody(request);
  const call = wire.find({ target: typeof target === 'string' ? target : undefined, scope, body }, services);
  found.service = call.service;
  const input = await call.read();
  refuseMistakes(call, input);
  const operation = call.service.operations[call.name];
  if (!operation) throw new Error(`${call.name} was found and is gone.`);
  found.spoiled = await passGates(gates, call, input);
  const output = await operation(input, caller);
  const events = eventsOf(call.output, output);
  return {
    status: 200,
    ...(events
      ? { contentType: EVENT_STREAM, body: eventFrames(call.output, events) }
      : { contentType: wire.contentType, body: wire.success(call, output, requestId) }),
  };
}

async function passGates(
  gates: Gate[],
  { service, name }: Call,
  input: unknown,
): Promise<Spoiling | undefined> {
  const call = { service: service.id, operation: name, input };
  let spoiled: Spoiling | undefined;
  for (const gate of gates) spoiled = (await gate(call)) ?? spoiled;
  return spoiled;
}

function refuseMistakes({ service, input: schema }: Call, input: unknown): void {
  const mistakes = inputMistakes(schema, input);
  if (mistakes.length === 0) return;
  const code =
    service.validationCode ?? (service.protocol === 'awsQuery' ? 'ValidationError' : 'ValidationException');
  const count = `${mistakes.length} validation error${mistakes.length === 1 ? '' : 's'} detected`;
  throw new AwsError(code, `${count}: ${mistakes.join('; ')}`);
}
