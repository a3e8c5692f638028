import { expect, it } from 'vitest';
import { ConnectionFault } from '../../src/lib/connection-fault.ts';
import { shakingHands } from '../../src/lib/patient-handshake.ts';

const closed = () => new ConnectionFault('tcp', 'the connection was closed');
/** Milliseconds in which this process gets to do nothing. */
function holdUp(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

it('a connection that is closed while we are held up is opened again', async () => {
  let tried = 0;
  const shaken = shakingHands(async () => {
    tried += 1;
    if (tried > 1) return 'in';
    await Promise.resolve();
    holdUp(1500);
    throw closed();
  });
  expect(await shaken).toBe('in');
});

it.each([
  ['closed while we were awake', 0, closed()],
  ['refused while we were held up', 1500, new ConnectionFault('tls-identity', 'no')],
])('one that is %s is not', async (_, milliseconds, fault) => {
  let tried = 0;
  const shaken = shakingHands(async () => {
    tried += 1;
    holdUp(milliseconds);
    throw fault;
  });
  await expect(shaken).rejects.toBe(fault);
  expect(tried).toBe(1);
});

it('only some are opened at the same time, and all in the end', async () => {
  let [now, most] = [0, 0];
  const all = Array.from({ length: 30 }, (_, i) =>
    shakingHands(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return i;
    }),
  );
  expect(await Promise.all(all)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  expect(most).toBe(8);
});
