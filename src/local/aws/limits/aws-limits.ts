import { setTimeout as wait } from 'node:timers/promises';
import type { Gate } from '../gate.ts';
import { rateGate } from './rate-gate.ts';
import { registrationGate } from './registration-gate.ts';
import { REQUEST_RATES } from './request-rates.ts';

/**
 * What an AWS account has to live with, and this platform lets be unless it is told: `local up --aws-limits`.
 * @param wanted asked at each call, so that a platform that runs can be told
 */
export function awsLimits(wanted: () => boolean): Gate[] {
  const gates = [
    rateGate(REQUEST_RATES, () => performance.now()),
    registrationGate((milliseconds) => wait(milliseconds, undefined, { ref: false })),
  ];
  return gates.map((gate) => (call) => (wanted() ? gate(call) : undefined));
}
