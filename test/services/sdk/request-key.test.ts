import { create } from '@bufbuild/protobuf';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { MetaSchema } from '../../../services/gen/common_pb.js';
import { requestContext } from '../../../services/sdk/request-context.ts';

const keyOf = (idempotencyKey: string) => {
  const call = {
    meta: create(MetaSchema, { idempotencyKey }),
    fingerprint: () => 'f',
    streaming: false as const,
    answer: () => Promise.resolve(new Uint8Array()),
  };
  return requestContext({ call, headers: undefined, timeoutMs: 1_000, log: pino({ level: 'silent' }) }).key;
};

it('a request is known by its key, or by none', () => {
  expect([keyOf('order-7'), keyOf('')]).toEqual([{ id: 'order-7', fingerprint: 'f' }, undefined]);
});

it.each([
  ['long', 'x'.repeat(100_000)],
  ['no text of a header', 'a\r\nb'],
])('a key that is %s is kept as a short one of its own', (_, key) => {
  expect(keyOf(key)?.id).toMatch(/^[0-9a-f]{24}$/);
  expect(keyOf(key)).toEqual(keyOf(key));
  expect(keyOf(`${key}x`)).not.toEqual(keyOf(key));
});
