import { expect, it } from 'vitest';
import { createLag } from '../../src/lib/observe/follow/lag.ts';
import type { LogLine } from '../../src/lib/observe/log-line.ts';
import { logText } from '../../src/ui/log-text.ts';

const line: LogLine = {
  ...{ id: '1', at: '2026-11-28T03:00:00.123Z', service: 'settings', ecsService: 'settings-nats', raw: '' },
  ...{ task: '0123456789abcdef', level: 'error', message: 'request failed: torn' },
  fields: { traceId: 'abc', text: 'two words' },
  stack: ['Error: torn', ...Array.from({ length: 10 }, (_, i) => `    at f${i} (a.js:${i})`)].join('\n'),
};
const text = (more: Partial<LogLine> = {}, options = {}) =>
  logText({ ...line, ...more }, { paint: (_, each) => each, details: false, most: undefined, ...options });
const START = '03:00:00.123 settings/01234567 error ';

it('shows columns, and of an error where it was thrown', () => {
  const [first, ...frames] = text().split('\n');
  expect(first).toBe(`${START}request failed: torn`);
  expect(frames).toHaveLength(7);
  expect(frames.at(-1)).toBe('    │ … 4 more: -v');
  expect(text({ level: 'info' }).split('\n')).toHaveLength(1);
});

it('shows the rest on demand', () => {
  const shown = text({}, { details: true });
  expect(shown.split('\n')).toHaveLength(12);
  expect(shown).toContain('traceId=abc text="two words"');
});

it('lets no line break pass for a line of another task', () => {
  expect(text({ stack: undefined, message: 'a\n03:00:00.000 auth/00000000 info  all is well' })).toBe(
    `${START}a\n    │ 03:00:00.000 auth/00000000 info  all is well`,
  );
});

it('cuts what no terminal should get, and says how much', () => {
  const long = text({ stack: undefined, message: `x${'\u001b[31my\u202e'.repeat(500_000)}` }, { most: 100 });
  expect(long).toBe(`${START}x${'y'.repeat(99)} … 499901 more characters: --json`);
});

it('a follow says by how much it is behind, not too often, and when no longer', () => {
  const lag = createLag();
  const said = [
    [1000, 0],
    [7000, 1000],
    [8000, 2000],
    [12_400, 12_000],
    [4000, 13_000],
    [2000, 14_000],
    [2000, 15_000],
  ].map(([behind = 0, now = 0]) => lag.look(behind, now)?.slice(0, 14));
  expect(said).toEqual([
    undefined,
    'behind by 7 s:',
    undefined,
    'behind by 12 s',
    undefined,
    'caught up',
    undefined,
  ]);
});
