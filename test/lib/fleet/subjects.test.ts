import { expect, it } from 'vitest';
import { subjectMatches } from '../../../src/lib/fleet/subjects.ts';

it.each([
  ['svc.>', 'svc.settings.v1.get', true],
  ['svc.*.v1.get', 'svc.settings.v1.get', true],
  ['svc.*', 'svc.settings.v1', false],
  ['svc.>', 'svc', false],
  ['evt.settings.changed.v1', 'evt.settings.changed.v1', true],
  ['evt.settings', 'evt.settings.changed.v1', false],
])('%s against %s is %s', (filter, subject, expected) => {
  expect(subjectMatches(filter, subject)).toBe(expected);
});
