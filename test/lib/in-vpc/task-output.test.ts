import { expect, it } from 'vitest';
import { framesOf, lineOf } from '../../../src/lib/in-vpc/frames.ts';
import { taskOutput } from '../../../src/lib/in-vpc/task-output.ts';

/** Both sides of a log: what a command writes, as lines, and what comes out of them. */
function written(...texts: ['stdout' | 'stderr', string][]) {
  let number = 0;
  const next = () => number++;
  const log = texts.map(([stream, text]) => framesOf(stream, text, next)).join('');
  return [...log.split('\n').slice(0, -1), lineOf({ number: next(), exit: 3 }).trimEnd()];
}

function read(lines: string[]) {
  const said = { stdout: '', stderr: '' };
  const output = taskOutput({
    write(stream, text) {
      said[stream] += text;
    },
  });
  for (const line of lines) output.take(line);
  return { ...said, ended: output.ended(), gap: output.hasGap() };
}

const text = 'two lines\nand "quotes", \u001b[31mred\u001b[0m, no end';

it('both streams come out as they were written, and the exit code last', () => {
  const lines = written(['stdout', text], ['stderr', '… a step\n'], ['stdout', '\n\n']);
  expect(read(lines)).toEqual({ stdout: `${text}\n\n`, stderr: '… a step\n', ended: 3, gap: false });
});

it('one long text of characters of every size stays whole, in lines that no log splits', () => {
  const long = 'aé€😀\u0001"'.repeat(60_000);
  const lines = written(['stdout', long]);
  expect(Math.max(...lines.map((line) => Buffer.byteLength(`${line}\n`)))).toBeLessThanOrEqual(16 * 1024);
  expect(read(lines).stdout).toBe(long);
  // Each piece is written by itself.
  for (const line of lines)
    expect(JSON.parse(line).stdout ?? '').not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
});

it('lines that came in another order, or twice, are put right', () => {
  const lines = written(['stdout', 'one '], ['stdout', 'two '], ['stdout', 'three']);
  const [one = '', two = '', three = '', last = ''] = lines;
  expect(read([two, last, one, two, three, one])).toMatchObject({ stdout: 'one two three', ended: 3 });
});

it('what is missing is known, and nothing after it is written', () => {
  const [one = '', , three = '', last = ''] = written(['stdout', '1'], ['stdout', '2'], ['stdout', '3']);
  expect(read([one, three, last])).toEqual({ stdout: '1', stderr: '', ended: undefined, gap: true });
});

it('what somebody else wrote into the log goes to standard error', () => {
  const fatal = 'FATAL ERROR: Reached heap limit Allocation failed';
  expect(read([fatal, '{"gsys":"no number"}']).stderr).toBe(`${fatal}\n{"gsys":"no number"}\n`);
});
