import { describe, expect, it } from 'vitest';
import type { PlannedService } from '../../src/lib/release/events.ts';
import type { MadePlan } from '../../src/lib/release/plan/make-plan.ts';
import { type Paint, painter } from '../../src/ui/paint.ts';
import { planText } from '../../src/ui/plan-text.ts';

const PLAN: MadePlan = {
  ...{ fleet: 'lab', environment: 'local', account: '1', region: 'r', cluster: 'c', apiCalls: {} },
  ...{ differs: false, services: [], waves: [], findings: [] },
};
const text = (plan: Partial<MadePlan>, out?: string, paint: Paint = painter(false)) =>
  planText({ ...PLAN, ...plan }, { paint, out, bake: 60 });

const GOOD = { release: '20260101T000000Z-1a2b', imageDigest: 'sha256:1' };
const update = (name: string, more: Partial<PlannedService> = {}): PlannedService => ({
  ...{ service: name, ecsService: `${name}-nats`, action: 'update', differs: true, reasons: ['…'] },
  ...{ from: `arn:x/${name}:3`, rollsBackTo: { ...GOOD, taskDefinition: `arn:x/${name}:3` } },
  changes: [
    { path: `container.${name}.environment.LOG_LEVEL`, kind: 'environment', from: 'info', to: 'debug' },
  ],
  ...more,
});
const digest = (letter: string) => `registry.example/a@sha256:${letter.repeat(64)}`;

describe('the text of a plan', () => {
  it('says how little there is to say', () => {
    const unchanged = { ...update('a'), action: 'unchanged' as const, changes: [] };
    expect(text({ services: [unchanged, unchanged] })).toBe('2 unchanged');
  });

  it('groups changes by what they are about, short where a person compares beginnings', () => {
    const changes: PlannedService['changes'] = [
      { path: 'container.a.secrets.TOKEN', kind: 'secret', from: null, to: 'lab/token-AbCdEf' },
      { path: 'container.a.image', kind: 'image', from: digest('a'), to: digest('b') },
      { path: 'cpu', kind: 'size', from: '256', to: '512' },
      { path: 'container.a.environment.EMPTY', kind: 'environment', from: '', to: 'two\nlines' },
      { path: 'container.a.healthCheck.command', kind: 'health', from: ['CMD', 'a'], to: ['CMD', 'b'] },
      { path: 'deploymentConfiguration.maximumPercent', kind: 'rollout', from: 200, to: 150 },
      { path: 'tags.k', kind: 'other', from: 'v', to: null },
    ];
    expect(text({ services: [update('a', { changes, desired: { now: 5, defined: 2 } })] })).toBe(
      `update    a
  image      sha256:aaaaaaaaaaaa -> sha256:bbbbbbbbbbbb
  env        EMPTY  "" -> two\\nlines
  secret     TOKEN  absent -> lab/token-AbCdEf
  size       cpu  256 -> 512
  health     command  CMD a -> CMD b
  rollout    maximumPercent  200 -> 150
  other      tags.k  v -> absent
  tasks      5, left as it is (defined: 2)
  rollback   to a:3 of release 20260101T000000Z-1a2b

1 to update`,
    );
  });

  it('says once what happens to several', () => {
    const services = [
      update('a'),
      update('b'),
      update('c', { rollsBackTo: { ...GOOD, taskDefinition: 'arn:x/c:1' } }),
      // biome-ignore lint/suspicious/noExplicitAny: a plan says nothing of what it does not have
      update('d', { rollsBackTo: undefined as any }),
    ];
    const waves = [
      { services: ['a'], canary: true, bake: true },
      { services: ['b', 'c', 'd'], canary: false, bake: true },
    ];
    expect(text({ services, waves })).toBe(`update    a, b, c, d
  env        LOG_LEVEL  info -> debug
  runs       c:3, d:3
  rollback   to a:3, b:3, c:1 of release 20260101T000000Z-1a2b; none of d: no
             successful release is on record

wave 1    a
          canary, watched for 60 s
wave 2    b, c, d
          watched for 60 s

4 to update`);
  });

  it('tells what a new service starts with, and why another is only proved', () => {
    const created = update('a', {
      action: 'create',
      changes: [
        { path: 'container.a.image', kind: 'image', from: null, to: digest('a') },
        { path: 'container.a.environment.X', kind: 'environment', from: null, to: '1' },
        { path: 'container.a.memory', kind: 'size', from: null, to: 512 },
        { path: 'cpu', kind: 'size', from: null, to: '256' },
        { path: 'desiredCount', kind: 'count', from: null, to: 2 },
      ],
    });
    const proved = update('b', { action: 'prove', changes: [], reasons: ['its rollout is under way'] });
    const waves = [{ services: ['a'], canary: false, bake: false }];
    expect(text({ services: [created, proved], waves })).toBe(`create    a
  image      sha256:aaaaaaaaaaaa
  env        X
  size       cpu 256
  tasks      2
  rollback   to nothing: a first deployment that fails is stopped, with 0 tasks

prove     b
  its rollout is under way
  rollback   to b:3 of release 20260101T000000Z-1a2b

wave 1    a
          new, not watched

1 to create, 1 to prove`);
  });

  it('puts what does not fit beside each other under each other, and never uses more than 80 columns', () => {
    const urls = (n: number) => Array.from({ length: n }, (_, i) => `tls://10.0.0.${i}:4222`).join(',');
    const change = { path: 'container.a.environment.URLS', kind: 'environment' as const };
    const services = [
      update('a', { changes: [{ ...change, from: urls(4), to: urls(5) }] }),
      update('b', { changes: [{ ...change, from: null, to: urls(100) }] }),
    ];
    const lines = text({ services }).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'update    a',
      '  env        URLS',
      '    - tls://10.0.0.0:4222,tls://10.0.0.1:4222,tls://10.0.0.2:4222,tls://10.0.0.3',
      '      :4222',
      '    + tls://10.0.0.0:4222,tls://10.0.0.1:4222,tls://10.0.0.2:4222,tls://10.0.0.3',
      '      :4222,tls://10.0.0.4:4222',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^ {6}… and \d+ characters more: --json$/));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says what speaks against it, once for all whom it concerns', () => {
    const missing = {
      ...{ level: 'error' as const, code: 'image-missing' as const },
      ...{ message: 'it was not built on this machine', next: 'gsys build a b' },
    };
    const findings = [
      { ...missing, service: 'a' },
      { ...missing, service: 'b' },
      { level: 'warning' as const, code: 'bake' as const, message: 'a wave is watched', next: 'set it' },
    ];
    expect(
      text({ findings, services: [update('a')] }, 'plan.json'),
    ).toContain(`error     a, b: it was not built on this machine
          gsys build a b
warning   a wave is watched
          set it

1 to update
deploy would refuse this; plan.json is not written`);
  });

  it('ends with what to type where it was kept', () => {
    expect(text({ savedTo: 'plan.json' }, 'plan.json')).toMatch(/\$ gsys deploy --plan plan\.json$/);
  });

  it('has colours where they are wanted, and lets no foreign text act upon the terminal', () => {
    const services = [
      update('a', {
        changes: [
          { path: 'container.a.environment.X', kind: 'environment', from: '\u001b[2J', to: 'evil\u0007' },
        ],
      }),
    ];
    const painted = text({ services }, undefined, (style, words) => `<${style}>${words}</>`);
    expect(painted).toContain('X  <red></> -> <green>evil</>');
  });
});
