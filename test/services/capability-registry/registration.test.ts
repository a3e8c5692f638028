import { describe, expect, it } from 'vitest';
import { offers } from '../../../services/capability-registry/offers.ts';
import {
  aged,
  isOnline,
  LIFETIME_MS,
  type Offer,
  parseRegistrationId,
  REMEMBERED_MS,
  type Registration,
  registrationId,
  withHeartbeat,
  withOffer,
  withTold,
} from '../../../services/capability-registry/registration.ts';

const offer: Offer = {
  capabilities: [
    { capabilityType: 'speech', attributes: { language: 'en' } },
    { capabilityType: 'text', attributes: { language: 'de', size: 'small' } },
  ],
  endpoint: 'svc.ai.llm.v1.infer',
  metadata: {},
};
const T = 1_700_000_000_000;
const first = withOffer(undefined, 'voice', offer, T);
const told = (one: Registration) => one.untold.map(({ what, begun }) => `${what} ${begun - T}`);

describe('a registration', () => {
  it('is online until five minutes have passed without a heartbeat', () => {
    expect(isOnline(first, T + LIFETIME_MS - 1)).toBe(true);
    expect(isOnline(first, T + LIFETIME_MS)).toBe(false);
    const heard = withHeartbeat(first, T, {}, T + LIFETIME_MS - 1);
    expect(heard && isOnline(heard, T + LIFETIME_MS)).toBe(true);
  });

  it('stays itself when it is made again while it lives, with the new offer', () => {
    const again = withOffer(first, 'voice', { ...offer, metadata: { v: '2' } }, T + 1000);
    expect(again).toMatchObject({ begun: T, heartbeatMs: T + 1000, offer: { metadata: { v: '2' } } });
    expect(told(again)).toEqual(['registered 0']);
  });

  it('that has expired unnoticed is followed by another one, and both are told of', () => {
    const next = withOffer(first, 'voice', offer, T + LIFETIME_MS);
    expect(next.begun).toBe(T + LIFETIME_MS);
    expect(told(next)).toEqual(['registered 0', 'removed 0', `registered ${LIFETIME_MS}`]);
  });

  it('never has the id of an old one, whatever a clock says', () => {
    const gone = aged(first, T + LIFETIME_MS) as Registration;
    expect(withOffer(gone, 'voice', offer, T).begun).toBe(T + 1);
  });

  it('ends once, and is forgotten a day later when that was told', () => {
    const gone = aged(first, T + LIFETIME_MS) as Registration;
    expect(told(gone)).toEqual(['registered 0', 'removed 0']);
    expect(aged(gone, T + LIFETIME_MS + 1)).toBeUndefined();
    const late = T + LIFETIME_MS + REMEMBERED_MS + 1;
    expect(aged(gone, late)).toBeUndefined();
    const silent = gone.untold.reduce((one, notice) => withTold(one, notice) as Registration, gone);
    expect(aged(silent, late)).toBeNull();
  });

  it('takes no heartbeat of another one, nor after its end', () => {
    expect(withHeartbeat(first, T - 1, {}, T)).toBeUndefined();
    expect(withHeartbeat(undefined, T, {}, T)).toBeUndefined();
    expect(withHeartbeat(first, T, {}, T + LIFETIME_MS)).toBeUndefined();
  });

  it('is not made older by a task whose clock is behind, and keeps metrics until others come', () => {
    const heard = withHeartbeat(first, T, { load: 0.5 }, T + 1000) as Registration;
    expect(withHeartbeat(heard, T, {}, T)).toMatchObject({ heartbeatMs: T + 1000, metrics: { load: 0.5 } });
  });

  it('is told of once, whichever of two tasks notes it first', () => {
    const [notice] = first.untold;
    const noted = notice && withTold(first, notice);
    expect(noted?.untold).toEqual([]);
    expect(noted && notice && withTold(noted, notice)).toBeUndefined();
  });

  it('is found by its id', () => {
    expect(parseRegistrationId(registrationId(first))).toEqual({ serviceId: 'voice', begun: T });
    for (const id of ['', 'voice', 'voice.', '.1', 'voice.1.2', 'a b.1', `${'x'.repeat(65)}.1`])
      expect(parseRegistrationId(id)).toBeUndefined();
  });
});

it.each([
  ['', {}, true],
  ['text', {}, true],
  ['text', { language: 'de', size: 'small' }, true],
  ['', { language: 'de' }, true],
  ['text', { language: 'en' }, false],
  ['speech', { language: 'en', size: 'small' }, false],
  ['image', {}, false],
  ['text', { constructor: 'x' }, false],
])('type %j with %j is offered: %s', (type, requirements, expected) => {
  expect(offers(offer, type, requirements)).toBe(expected);
});
