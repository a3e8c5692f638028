import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  ScalarType,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect, it } from 'vitest';
import { mismatches } from '../../../src/lib/probe/match.ts';
import { until } from '../../support/until.ts';
import { ROOT, serviceOf } from './image.ts';
import type { Lab } from './lab.ts';

const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(path.join(ROOT, 'proto/descriptors.binpb'))),
);

/** What every service owes to callers that send nonsense, or too much, whatever its contract says. */
export function itWithstandsNonsense(service: string, lab: () => Pick<Lab, 'operator'>): void {
  const { endpoints, probe } = serviceOf(service);
  const send = async (subject: string, response: string, bytes: Uint8Array): Promise<Reply> => {
    const { data } = await lab().operator.request(subject, bytes, { timeout: 60_000 });
    const reply = fromBinary(message(response), data);
    return toJson(message(response), reply, { alwaysEmitImplicit: true }) as Reply;
  };

  it.each(endpoints)('$name refuses garbage, and says so', async ({ subject, request, response }) => {
    const { error } = await send(subject, response, new Uint8Array([255, 255, 255, 255]));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: `The request is not a ${request}.` });
  });

  it.each(endpoints)('$name takes an empty request for one that it knows', async ({ subject, response }) => {
    const { error } = await send(subject, response, new Uint8Array());
    expect([undefined, 'INVALID_ARGUMENT']).toContain(error?.code);
  });

  const bad = endpoints.flatMap(({ name, subject, request, response }) =>
    message(request).fields.flatMap((field) =>
      nonsenseFor(field).map(({ what, value }) => ({
        ...{ name, subject, response, request, what },
        field: field.name,
        json: { ...(name === probe?.endpoint && besides(field, probe.request)), [field.jsonName]: value },
      })),
    ),
  );
  it.each(bad)('$name refuses $what as $field', async ({ subject, request, response, json }) => {
    const type = message(request);
    const { error } = await send(subject, response, toBinary(type, fromJson(type, json)));
    expect(error?.code).toBe('INVALID_ARGUMENT');
  });

  it('answers each of a thousand at once: rightly, or that it has no room or no time; and then goes on', async () => {
    const endpoint = endpoints.find(({ name }) => name === probe?.endpoint);
    if (!endpoint || !probe) throw new Error(`${service} has no probe`);
    const type = message(endpoint.request);
    const bytes = toBinary(type, fromJson(type, probe.request as JsonObject));
    const ask = () => send(endpoint.subject, endpoint.response, bytes);
    const isBusy = ({ error }: Reply) => BUSY.includes(error?.code ?? '');
    const replies = await Promise.all(Array.from({ length: 1000 }, ask));
    for (const reply of replies) if (!isBusy(reply)) expect(mismatches(probe.expect, reply)).toEqual([]);
    // Whom it asks itself it may have given up for a minute.
    const last = await until('an answer', async () => [await ask()].find((reply) => !isBusy(reply)), 120_000);
    expect(mismatches(probe.expect, last)).toEqual([]);
  });
}

/** Of a task that has its fill of requests, and of one whose state answers too late on a slow machine. */
const BUSY = ['RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];

type Reply = JsonObject & { error?: { code?: string; message?: string } };

function message(type: string): DescMessage {
  const found = registry.getMessage(type);
  if (!found) throw new Error(`there is no ${type}: node scripts/build.mjs`);
  return found;
}

/** The rest of a request that is as it should be. */
function besides(field: DescField, request: Record<string, unknown>): JsonObject {
  const rivals = field.oneof?.fields.map(({ jsonName }) => jsonName) ?? [];
  return Object.fromEntries(Object.entries(request as JsonObject).filter(([name]) => !rivals.includes(name)));
}

/** Values that no field of the kind means, in JSON. */
function nonsenseFor(field: DescField): { what: string; value: JsonValue }[] {
  const huge = 'x'.repeat(900_000);
  if (field.scalar === ScalarType.STRING && field.fieldKind === 'scalar')
    return [{ what: '900 kB', value: huge }];
  if (field.scalar === ScalarType.STRING && field.fieldKind === 'list')
    return [{ what: 'an item of 900 kB', value: [huge] }];
  if (field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT) {
    const value = { scalar: 'NaN', list: ['NaN'], map: { x: 'NaN' } }[field.fieldKind];
    return [{ what: 'a number that is none', value }];
  }
  if (field.fieldKind === 'enum') return [{ what: 'a number that the enum does not have', value: 99 }];
  return [];
}
