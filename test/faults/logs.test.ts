import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from '../../src/local/runtime/log-lines.ts';
import { REPOSITORY } from '../support/definition.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { runs } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** What settings says besides: once, things that no terminal should get, and then numbers, 20 a second. */
const TALK = String.raw`
const long = Array.from({ length: 1 << 17 }, (_, i) => 'x' + String(i).padStart(7, '0')).join('');
const bytes = [0xff, 0xfe, 0xc3, 0x28];
for (const words of [
  'colours \u001b[31mred\u001b[0m', 'clipboard \u001b]52;c;ZXZpbA==\u0007', 'title \u001b]0;evil\u001b\\',
  'back good\rbad', 'eight bits \u009b31m', 'turned \u202eevil\u202c', 'long ' + long,
])
  process.stdout.write('ODD ' + words + ' end\n');
process.stdout.write(Buffer.concat([Buffer.from('ODD bytes '), Buffer.from(bytes), Buffer.from(' end\n')]));
let count = 0;
setInterval(() => console.log('number ' + ++count), 50);
`;

/** The line of 1 MB, each eight bytes of it another, and the pieces that events of CloudWatch have room for. */
const LONG = `ODD long ${Array.from({ length: 1 << 17 }, (_, i) => `x${String(i).padStart(7, '0')}`).join('')} end`;
const PIECES = [0, 1, 2, 3, 4].map((i) => LONG.slice(i * MAX_LINE_BYTES, (i + 1) * MAX_LINE_BYTES));
const LAST_PIECE = PIECES.at(-1) ?? '';

const test = fleetUnderTest();
const fleet = test.platform;
let follows: Follow[] = [];
beforeAll(async () => {
  test.definition.write('services/settings/talk.ts', TALK);
  appendFileSync(path.join(test.definition.root, 'services/settings/main.ts'), "\nimport './talk.ts';\n");
  await test.start();
});
afterEach(async () => {
  for (const follow of follows) await follow.end();
  follows = [];
  await fleet.gsys('local', 'fault', 'heal', '--all');
});
afterAll(() => test.remove());

interface Line {
  task: string;
  message: string;
}

interface Follow {
  text(): string;
  lines(): Line[];
  end(): Promise<number | undefined>;
}

function follow(...flags: string[]): Follow {
  const child = fleet.start('logs', 'settings', '--follow', ...flags);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const made = {
    text: () => text,
    lines: () => linesOf(text.slice(0, text.lastIndexOf('\n') + 1)),
    async end() {
      child.kill('SIGINT');
      return (await child).exitCode;
    },
  };
  follows.push(made);
  return made;
}

function linesOf(text: string): Line[] {
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Line).filter(({ message }) => message !== undefined);
}

const numbersOf = (lines: Line[], task: string) =>
  lines.flatMap((line) => {
    const number = line.task === task && /^number (\d+)$/.exec(line.message)?.[1];
    return number ? [Number(number)] : [];
  });
const running = async () =>
  (await fleet.status()).tasks
    .filter(({ service }) => service === 'settings')
    .map(({ taskArn }) => taskArn.split('/').at(-1) ?? '');

/** Waits until the follow shows what each of the tasks writes from now on, for a while; then all must be there, once. */
async function showsEverything(seen: Follow, tasks: string[], first?: number): Promise<void> {
  const last = (task: string) => Math.max(0, ...numbersOf(seen.lines(), task));
  const until100More = async (task: string) => {
    const goal = (await lastWritten(task)) + 60;
    await until(`number ${goal} of ${task}`, () => last(task) >= goal);
    const numbers = numbersOf(seen.lines(), task).filter((number) => number <= goal);
    const from = first ?? Math.min(...numbers);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: goal - from + 1 }, (_, i) => from + i),
    );
  };
  await Promise.all(tasks.map(until100More));
}

function expectOnce(seen: Follow, tasks: string[]): void {
  for (const task of tasks) {
    const numbers = numbersOf(seen.lines(), task);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
}

async function lastWritten(task: string): Promise<number> {
  return await until(`lines of ${task}`, async () => {
    const { stdout } = await fleet.gsys('logs', 'settings', '--json', '--since', '10s');
    return Math.max(0, ...numbersOf(linesOf(stdout), task)) || undefined;
  });
}

/** No terminal would do anything but show it. */
function expectTextOnly(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
  expect(text).not.toContain('ZXZpbA==');
}

describe('what a task writes that no terminal should get: control sequences, turned text, broken UTF-8, a line of 1 MB', () => {
  const whole = (text: string) =>
    (text.match(/ODD bytes .* end/g) ?? []).length >= 2 && text.includes(LAST_PIECE);

  it('is only text in logs', async () => {
    const text = await until('all of it', async () => {
      const { stdout } = await fleet.gsys('logs', 'settings', '--since', '1h', '--limit', '100000');
      return whole(stdout) && stdout;
    });
    expectTextOnly(text);
    for (const shown of ['colours red end', 'back goodbad end', 'turned evil end', 'bytes ���( end'])
      expect(text).toContain(shown);
  });

  it('is only text in logs -f, also of a task that is new', async () => {
    const seen = follow('--since', '1s');
    await until('it follows', () => seen.text().includes('number'));
    await test.inject('kill', 'task/settings/1');
    await until('what the new task writes', () => /ODD bytes .* end/.test(seen.text()));
    await until('its long line', () => seen.text().includes(LAST_PIECE));
    expectTextOnly(seen.text());
  });

  it('is the same in JSON, which acts on nothing either, and the line of 1 MB is whole in its pieces', async () => {
    // Not every task that ever wrote: one that was killed may have been in the middle of its line.
    const tasks = await running();
    const { stdout, lines } = await until('all that those that run have said', async () => {
      const { stdout } = await fleet.gsys('logs', 'settings', '--since', '1h', '--limit', '100000', '--json');
      const lines = linesOf(stdout);
      return tasks.every((task) => numbersOf(lines, task).length > 0) && { stdout, lines };
    });
    expect(stdout.match(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
    expect(lines.map(({ message }) => message)).toContain('ODD clipboard \u001b]52;c;ZXZpbA==\u0007 end');
    for (const task of tasks) {
      const own = lines.flatMap(({ task: writer, message }) => (writer === task ? [message] : []));
      const pieces = own.filter((message) => /^(ODD long )?[x\d]+( end)?$/.test(message));
      expect(pieces.map((piece) => piece.length)).toEqual(PIECES.map((piece) => piece.length));
      expect(pieces.join('') === LONG).toBe(true);
    }
  });
});

describe('logs -f loses nothing and shows nothing twice while', () => {
  it.each([
    ['the endpoint throttles', ['throttle']],
    ['the endpoint hangs', ['hang']],
    ['a proxy answers in HTML', ['html']],
    ['answers end in the middle', ['half']],
    ['the endpoint fails', ['error', '--code', 'InternalFailure', '--status', '500']],
  ])('%s for 6 s, where Live Tail does not serve', async (_, [kind = '', ...flags]) => {
    await test.inject('error', 'aws/logs:StartLiveTail', '--code', 'UnknownOperationException');
    const seen = follow('--json', '--since', '1s');
    const tasks = await running();
    await until('it follows both', () => tasks.every((task) => numbersOf(seen.lines(), task).length > 5));
    await test.inject(kind, 'aws/logs:FilterLogEvents', '--for', '6s', ...flags);
    await sleep(6000);
    await showsEverything(seen, tasks);
  });

  it('every second call fails, Live Tail among them', async () => {
    const seen = follow('--json', '--since', '1s');
    const tasks = await running();
    await until('it follows both', () => tasks.every((task) => numbersOf(seen.lines(), task).length > 5));
    await test.inject('half', 'aws/logs:*', '--rate', '0.5', '--for', '8s');
    await sleep(8000);
    await showsEverything(seen, tasks);
  });

  it('whoever reads stops for a while: he is told by how much he is behind, and gets everything', async () => {
    const program = [
      process.execPath,
      path.join(REPOSITORY, 'bin/run.js'),
      'logs',
      'settings',
      '-f',
      '--json',
    ];
    const tasks = await running();
    const stopped = path.join(test.definition.root, 'reading');
    // A pipe holds 64 kB: some seconds of these lines.
    const script = `${program.join(' ')} --since 1s | (while [ ! -e ${stopped} ]; do sleep 0.2; done; cat)`;
    const options = { cwd: test.definition.root, env: fleet.env, reject: false, detached: true } as const;
    const child = execa('sh', ['-c', script], options);
    let [text, said] = ['', ''];
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const from = await lastWritten(tasks[0] as string);
    await until('more was written than a pipe holds', async () => {
      return (await lastWritten(tasks[0] as string)) > from + 400;
    });
    writeFileSync(stopped, '');
    const end = async () => {
      process.kill(-(child.pid as number), 'SIGINT');
      return (await child).exitCode;
    };
    const lines = () => linesOf(text.slice(0, text.lastIndexOf('\n') + 1));
    const seen: Follow = { text: () => text, lines, end };
    follows.push(seen);
    await showsEverything(seen, tasks);
    expectOnce(seen, tasks);
    expect(said).toMatch(/behind by \d+ s/);
  });

  it('a deploy replaces all tasks: the new ones are followed from their first line', async () => {
    const seen = follow('--json', '--since', '1s');
    const old = await running();
    await until('it follows both', () => old.every((task) => numbersOf(seen.lines(), task).length > 5));
    test.definition.write('services/settings/talk.ts', `console.log('another release');\n${TALK}`);
    await test.ship();
    const tasks = (await running()).filter((task) => !old.includes(task));
    expect(tasks).toHaveLength(2);
    await showsEverything(seen, tasks, 1);
    expectOnce(seen, old);
  });

  it('the platform crashes and comes back', async () => {
    const seen = follow('--json', '--since', '1s');
    const old = await running();
    await until('it follows both', () => old.every((task) => numbersOf(seen.lines(), task).length > 5));
    const { supervisor } = await fleet.status();
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(supervisor.pid));
    expect((await fleet.gsys('local', 'up')).code).toBe(0);
    const tasks = await until('new tasks', async () => {
      const now = await running();
      return now.length === 2 && now.every((task) => !old.includes(task)) && now;
    });
    await showsEverything(seen, tasks, 1);
    expectOnce(seen, old);
  });
});
