import { expect, it } from 'vitest';
import type { Changes, Finding, Status, VerifyDocument } from '../../src/lib/verify/document.ts';
import { painter } from '../../src/ui/paint.ts';
import { verifyText } from '../../src/ui/verify-view.ts';

const finding = (check: string, name: string, status: Status, more: Partial<Finding> = {}): Finding => ({
  id: `${check}/${name}`,
  ...{ check, subject: { kind: 'nats-node', name }, status, message: 'as it should be' },
  ...{ expected: 1, observed: 1, observedAt: '2026-03-01T12:00:00.000Z', ...more },
});

const FINDINGS = [
  finding('nats.reach', 'nats-1', 'pass'),
  finding('nats.reach', 'nats-3', 'fail', {
    message: 'tcp: \u001b[31mnobody listens',
    remedy: ['gsys local up'],
    look: ['gsys probe node nats-3'],
    runbook: 'docs/runbooks/nats.reach.md',
  }),
  finding('nats.mesh', 'nats-1', 'fail', {
    message: 'has no route to nats-3',
    causedBy: 'nats.reach/nats-3',
  }),
  finding('nats.mesh', 'nats-3', 'unknown', { message: 'could not be asked', causedBy: 'nats.reach/nats-3' }),
  finding('ecs.stops', 'settings', 'warn', { message: '1 task stopped' }),
];

const text = (findings: Finding[], verbose = false, changes?: Changes) =>
  verifyText(
    {
      ...{ schema: 'gsys/verify/v1', fleet: 'lab', environment: 'local', verdict: 'unhealthy' },
      ...{ startedAt: '2026-03-01T12:00:00.000Z', durationMs: 640, apiCalls: {} },
      counts: { pass: 1, warn: 1, fail: 2, unknown: 1, skip: 0 },
      ...{ findings, changes },
    } as VerifyDocument,
    { paint: painter(false), verbose },
  );

it('shows causes first, what follows under them, a line a layer, and the verdict last', () => {
  expect(text(FINDINGS)).toBe(`fail     nats.reach: nats-3
         tcp: nobody listens
         so also 2: nats.mesh of nats-1, nats-3
         $ gsys local up
         $ gsys probe node nats-3  # at which layer it ends
         see docs/runbooks/nats.reach.md

warn     ecs.stops: settings
         1 task stopped

nats     1 pass, 1 unknown, 2 fail
ecs      1 warn

lab in local is unhealthy: 5 findings in 0.6 s`);
});

it('shows findings that say the same as one', () => {
  const late = ['ecs.running', 'ecs.health'].map((check) =>
    finding(check, 'settings', 'unknown', { message: 'late' }),
  );
  expect(text(late)).toMatch(/^unknown {2}ecs\.running, ecs\.health: settings\n {9}late\n/);
});

it('cuts a long list of subjects short', () => {
  const many = Array.from({ length: 23 }, (_, i) => finding('ecs.health', `service-${i}`, 'unknown'));
  expect(text(many)).toMatch(/service-6\s+and\s+16\s+more/);
});

it('says how many services and tasks have answered', () => {
  const subject = { kind: 'service', name: 'settings' } as const;
  const observed = { instances: [{ served: 2 }, { served: 0 }] };
  const seen = finding('service.contract', 'settings', 'unknown', { subject, observed });
  expect(text([seen])).toContain('\n0 of 1 services and 1 of 2 tasks answered a contract request\n');
});

it('lists passes with --verbose', () => {
  expect(text(FINDINGS, true)).toContain('pass     nats.reach          nats-1  as it should be');
});

it('keeps to 80 columns', () => {
  const long = finding('nats.meta', 'lab', 'fail', { message: 'a long story '.repeat(30) });
  expect(
    Math.max(
      ...text([long])
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
});

it('keeps to 80 columns with --verbose too', () => {
  const long = finding('nats.meta', 'lab', 'pass', { message: 'a long story '.repeat(30) });
  const lines = text([long], true).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('has a command for many typed once, to be copied as it is', () => {
  const many = Array.from({ length: 12 }, (_, i) =>
    finding('ecs.inventory', `service-${i}`, 'fail', { remedy: [`gsys deploy service-${i}`] }),
  );
  const shown = text(many);
  expect(shown).toContain('\n         $ gsys deploy service-0 service-1 service-2 service-3 service-4 \\\n');
  expect(shown.match(/gsys deploy/g)).toHaveLength(1);
});

it('shows what is new, changed and healed since it last looked, and what is as before in short', () => {
  const changes: Changes = {
    since: '2026-03-01T11:55:00.000Z',
    new: ['nats.mesh/nats-1'],
    changed: [],
    healed: ['redis.slots/redis-node/127.0.0.1:20030'],
    same: ['nats.reach/nats-3', 'nats.mesh/nats-3', 'ecs.stops/settings'],
  };
  expect(
    text(FINDINGS, false, changes),
  ).toBe(`since 2026-03-01 11:55:00 UTC: 1 new, 0 changed, 1 healed, 3 as before

changed
fail     nats.reach: nats-3
         tcp: nobody listens
         so also 2: nats.mesh of nats-1, nats-3
         $ gsys local up
         $ gsys probe node nats-3  # at which layer it ends
         see docs/runbooks/nats.reach.md

healed
         redis.slots: 127.0.0.1:20030

as before
warn     ecs.stops: settings

nats     1 pass, 1 unknown, 2 fail
ecs      1 warn

lab in local is unhealthy: 5 findings in 0.6 s`);
});
