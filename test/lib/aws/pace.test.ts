import { describe, expect, it } from 'vitest';
import { createPace } from '../../../src/lib/aws/pace.ts';
import { REQUEST_RATES } from '../../../src/lib/aws/rates.ts';
import { REQUEST_RATES as GRANTED } from '../../../src/local/aws/limits/request-rates.ts';
import { type Bucket, takeToken } from '../../../src/local/aws/limits/token-bucket.ts';

const REGISTER = 'ecs:RegisterTaskDefinition';

/** A pace on a clock that moves by waiting alone; `sent` is when each request had its turn (ms). */
function paced(awake: boolean) {
  let now = 0;
  const sent: number[] = [];
  const pace = createPace({
    rates: REQUEST_RATES,
    awake,
    now: () => now,
    async wait(milliseconds) {
      now += milliseconds;
    },
  });
  return {
    pace,
    sent,
    async send(call: string, count: number) {
      for (let i = 0; i < count; i++) {
        await pace.take(call, undefined);
        sent.push(now);
      }
    },
  };
}

describe('what a command asks of AWS', () => {
  it('is sent at once as far as the burst goes, and then at the rate', async () => {
    const { send, sent } = paced(true);
    await send(REGISTER, 23);
    expect(sent.filter((at) => at === 0)).toHaveLength(20);
    expect(Math.round(sent.at(-1) ?? 0)).toBe(3333);
  });

  it('puts 69 alarms at three a second', async () => {
    const { send, sent } = paced(true);
    await send('cloudwatch:PutMetricAlarm', 69);
    expect(sent.at(-1)).toBeGreaterThan(66_000 / 3);
  });

  it('is never more than a bucket of that rate holds', async () => {
    const { send, sent } = paced(true);
    await send('ecs:DescribeServices', 1000);
    let bucket: Bucket | undefined;
    const refused = sent.filter((now) => {
      const taken = takeToken(bucket, { burst: 100, perSecond: 20 }, now);
      bucket = taken.bucket;
      return !taken.granted;
    });
    expect(refused).toEqual([]);
  });

  it('is nowhere more than the embedded platform grants under AWS’s limits', () => {
    const signedAs: Record<string, string> = { cloudwatch: 'monitoring' };
    const tooMuch = REQUEST_RATES.filter(({ calls, burst, perSecond }) => {
      const [service = '', operation = ''] = calls[0]?.split(':') ?? [];
      const granted = GRANTED.find(
        (limit) => limit.service === (signedAs[service] ?? service) && limit.operations.includes(operation),
      );
      return granted === undefined || burst > granted.burst || perSecond > granted.perSecond;
    });
    expect(tooMuch).toEqual([]);
  });

  it('shares a turn among the operations that AWS counts together', async () => {
    const { send, sent } = paced(true);
    await send('ecs:ListServices', 100);
    await send('ecs:DescribeServices', 1);
    expect(sent.at(-1)).toBeGreaterThan(0);
  });

  it('waits for nothing where there is no rate to come near', async () => {
    const { send, sent } = paced(true);
    await send('sts:GetCallerIdentity', 1000);
    expect(sent.at(-1)).toBe(0);
  });

  it('is not held back by a platform that throttles nobody', async () => {
    const { send, sent } = paced(false);
    await send(REGISTER, 100);
    expect(sent.at(-1)).toBe(0);
  });

  it('has no burst left once it was throttled, for however many requests at a time', async () => {
    const { pace, send, sent } = paced(false);
    for (let i = 0; i < 50; i++) pace.throttled(REGISTER);
    await send(REGISTER, 3);
    expect(sent.map(Math.round)).toEqual([1111, 2222, 3333]);
  });
});
