import { expect, it } from 'vitest';
import type { Finding, Status, VerifyDocument } from '../../src/lib/verify/document.ts';
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
  }),
  finding('nats.mesh', 'nats-1', 'fail', {
    message: 'has no route to nats-3',
    causedBy: 'nats.reach/nats-3',
  }),
  finding('nats.mesh', 'nats-3', 'unknown', { message: 'could not be asked', causedBy: 'nats.reach/nats-3' }),
  finding('ecs.stops', 'settings', 'warn', { message: '1 task stopped' }),
];

const text = (findings: Finding[], verbose = false) =>
  verifyText(
    {
      ...{ schema: 'gsys/verify/v1', fleet: 'lab', environment: 'local', verdict: 'unhealthy' },
      ...{ startedAt: '2026-03-01T12:00:00.000Z', durationMs: 640, apiCalls: {} },
      counts: { pass: 1, warn: 1, fail: 2, unknown: 1, skip: 0 },
      findings,
    } as VerifyDocument,
    { paint: painter(false), verbose },
  );

it('shows causes first, what follows under them, a line a layer, and the verdict last', () => {
  expect(text(FINDINGS)).toBe(`fail     nats.reach: nats-3
         tcp: nobody listens
         so also: nats.mesh of nats-1, nats-3
         $ gsys local up

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
