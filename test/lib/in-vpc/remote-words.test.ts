import { expect, it } from 'vitest';
import { remoteWords } from '../../../src/lib/in-vpc/remote-words.ts';

it.each([
  ['verify', '--in-vpc', 'verify --env local'],
  ['verify', '--only nats.* --in-vpc --json', 'verify --env local --only nats.* --json'],
  ['deploy', 'settings --in-vpc -e production', 'deploy settings -e production'],
  ['deploy', '--env=production --in-vpc', 'deploy --env=production'],
  ['service:enable', 'settings --in-vpc', 'service enable --env local settings'],
  ['deploy', '--in-vpc -- --in-vpc', 'deploy --env local -- --in-vpc'],
])('%s %s runs as %s', (id, typed, expected) => {
  expect(remoteWords(id, typed.split(' '), 'local').join(' ')).toBe(expected);
});
