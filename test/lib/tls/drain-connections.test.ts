import { expect, it } from 'vitest';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { natsUser } from '../../../src/lib/fleet/identity.ts';
import { whatHelps } from '../../../src/lib/tls/drain-connections.ts';
import { FLEET } from '../../support/kept/kept.ts';

const fleet = { name: FLEET, services: [{ name: 'settings' }, { name: 'auth' }] as Service[] };
const by = (user: string, address: string) => ({ user, address });

it('tasks with a former certificate are restarted, once a service', () => {
  const user = natsUser(FLEET, 'settings', 2);
  expect(whatHelps([by(user, '10.0.0.1:1'), by(user, '10.0.0.2:1')], fleet)).toBe(
    'gsys restart settings, then: gsys tls rotate ca --resume',
  );
});

it('of anybody else a person has to find out', () => {
  const someone = by('somebody', '10.0.0.9:7');
  expect(whatHelps([by(natsUser(FLEET, 'auth'), '10.0.0.1:1'), someone], fleet)).toBe(
    'gsys restart auth, then: find out who 10.0.0.9:7 is and end it, then: gsys tls rotate ca --resume',
  );
});
