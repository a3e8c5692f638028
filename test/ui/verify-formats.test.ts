import { describe, expect, it } from 'vitest';
import type { Finding, VerifyDocument } from '../../src/lib/verify/document.ts';
import { painter, UNPRINTABLE } from '../../src/ui/paint.ts';
import { FORMATS, type Format, formatted } from '../../src/ui/verify-formats/formats.ts';
import { nagiosCode } from '../../src/ui/verify-formats/nagios.ts';

const HOSTILE =
  'a "b" \'c\' <d> & \\e\u001b[31m|x=1 100%\n::error title=f,g::h\n\u0000\u202e]]> \u001b]52;c;x\u0007\ud800 \uffff';

const at = '2026-03-01T12:00:00.000Z';
const about = (check: string, name: string) => ({
  id: `${check}/service/${name}`,
  check,
  expected: 1,
  observed: 1,
  observedAt: at,
});
const FINDINGS: Finding[] = [
  {
    ...about('ecs.health', 'settings'),
    subject: { kind: 'service', name: 'settings' },
    status: 'pass',
    message: '2 tasks are HEALTHY',
  },
  {
    ...about('ecs.stops', 'x'),
    subject: { kind: 'service', name: 'x,"y"\n<z>' },
    ...{ status: 'fail', message: HOSTILE, remedy: ['gsys logs settings', 'gsys logs gateway'] },
    runbook: 'docs/runbooks/ecs.stops.md',
  },
  {
    ...about('service.contract', 'x'),
    ...{
      subject: { kind: 'service', name: 'x' },
      status: 'unknown',
      message: 'was not probed',
      causedBy: 'ecs.stops/service/x',
    },
  },
  {
    ...about('ecs.scaling', 'x'),
    subject: { kind: 'service', name: 'x' },
    status: 'warn',
    message: 'nothing scales this service',
  },
  {
    ...about('gateway.route', 'g'),
    subject: { kind: 'gateway', name: 'g' },
    status: 'skip',
    message: 'no open route',
  },
];
const DOCUMENT: VerifyDocument = {
  ...{ schema: 'gsys/verify/v1', fleet: 'lab', environment: 'local', verdict: 'unhealthy' },
  ...{ startedAt: at, durationMs: 640, apiCalls: { 'ecs:DescribeServices': 3 }, findings: FINDINGS },
  counts: { pass: 1, warn: 1, fail: 1, unknown: 1, skip: 1 },
};
const say = (format: Format, document = DOCUMENT, strict = false) =>
  formatted(document, format as Exclude<Format, 'json'>, { paint: painter(false), verbose: true, strict });

describe('hostile text', () => {
  it.each(FORMATS.filter((format) => format !== 'json'))('does nothing in %s', (format) => {
    expect(say(format).match(UNPRINTABLE)).toBeNull();
  });

  it('is text in junit', () => expect(say('junit')).toMatchSnapshot());
  it('is text in github', () => expect(say('github')).toMatchSnapshot());
  it('is text in prometheus', () => expect(say('prometheus')).toMatchSnapshot());
  it('is one line in nagios, with nothing but our numbers behind the bar', () => {
    expect(say('nagios')).toMatchSnapshot();
    expect(say('nagios').split('\n')).toHaveLength(1);
    expect(say('nagios').split('|')).toHaveLength(2);
  });

  it('begins no command of a workflow', () => {
    const commands = say('github')
      .split('\n')
      .filter((line) => line.startsWith('::'));
    expect(commands).toHaveLength(2);
    expect(commands.every((line) => line.split('::').length === 3 || line.includes('%0A::'))).toBe(true);
  });
});

describe('nagios', () => {
  it.each([
    ['healthy', 0, 0],
    ['degraded', 1, 2],
    ['unhealthy', 2, 2],
    ['unknown', 3, 3],
  ] as const)('%s is %i, strictly %i', (verdict, code, strict) => {
    expect([nagiosCode(verdict, false), nagiosCode(verdict, true)]).toEqual([code, strict]);
  });

  it('of a healthy fleet says how much was seen', () => {
    const counts = { pass: 98, warn: 0, fail: 0, unknown: 0, skip: 2 };
    expect(say('nagios', { ...DOCUMENT, verdict: 'healthy', counts, findings: [] })).toMatch(
      /^GSYS OK - lab in local is healthy: 98 findings pass \| pass=98;;;0 /,
    );
  });
});

it('junit counts a warning as a failure with --strict', () => {
  expect(say('junit')).toContain(
    '<testsuite name="ecs.scaling" timestamp="2026-03-01T12:00:00.000Z" tests="1" failures="0"',
  );
  expect(say('junit', DOCUMENT, true)).toContain(
    '<testsuite name="ecs.scaling" timestamp="2026-03-01T12:00:00.000Z" tests="1" failures="1"',
  );
});
