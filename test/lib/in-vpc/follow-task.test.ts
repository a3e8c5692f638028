import { expect, it } from 'vitest';
import type { TaskState } from '../../../src/lib/aws/ecs.ts';
import { followTask } from '../../../src/lib/in-vpc/follow-task.ts';
import { framesOf, lineOf } from '../../../src/lib/in-vpc/frames.ts';
import { taskOutput } from '../../../src/lib/in-vpc/task-output.ts';

const running = { id: '1', lastStatus: 'RUNNING', containers: [{}] } as TaskState;
const ended = { ...running, lastStatus: 'DEPROVISIONING', containers: [{ exitCode: 0 }] } as TaskState;

const frame = (number: number) => framesOf('stdout', `${number} `, () => number).trimEnd();
const last = (number: number) => lineOf({ number, exit: 0 }).trimEnd();

interface Look {
  task?: TaskState;
  lines?: string[];
}

/** @param looks what each look finds; the last one again and again. @param all the whole log, for who reads again */
async function follow(looks: Look[], all: string[] = []) {
  let seconds = 0;
  let look = -1;
  let rewound = false;
  const said = { stdout: '', stderr: '' };
  const now = () => looks[Math.min(look, looks.length - 1)] ?? {};
  const result = await followTask({
    arn: 'arn',
    ecs: {
      async describeTasks() {
        look++;
        const { task } = now();
        return task === undefined ? [] : [task];
      },
    },
    stream: {
      async more() {
        if (rewound) return all;
        return look < looks.length ? (now().lines ?? []) : [];
      },
      rewind() {
        rewound = true;
      },
    },
    output: taskOutput({
      write(stream, text) {
        said[stream] += text;
      },
    }),
    watching: {
      now: () => seconds * 1000,
      chance: () => 0,
      look: (at) => at(),
      async wait(time) {
        seconds += time;
      },
    },
    onStatus: () => undefined,
  });
  return { ...said, complete: result?.complete, task: result?.task, seconds };
}

it('waits for the last of what was said, which comes after the task has ended', async () => {
  const found = await follow([
    {},
    { task: running, lines: [frame(0)] },
    { task: ended },
    { task: ended, lines: [frame(1), last(2)] },
  ]);
  expect(found).toMatchObject({ stdout: '0 1 ', complete: true, task: ended });
});

it('reads again from the beginning when something is missing, and says nothing twice', async () => {
  const words = 'a warning of Node';
  const looks = [
    { task: running, lines: [words, frame(0)] },
    { task: ended, lines: [frame(2), last(3)] },
  ];
  const found = await follow(looks, [words, frame(1), frame(0), frame(2), last(3)]);
  expect(found).toMatchObject({ stdout: '0 1 2 ', stderr: `${words}\n`, complete: true });
});

it('does not wait for ever for what does not come', async () => {
  const found = await follow([{ task: running, lines: [frame(0)] }, { task: ended }]);
  expect(found).toMatchObject({ stdout: '0 ', complete: false, task: ended });
  expect(found.seconds).toBeLessThan(30);
});

it('a task that did not start has nothing to say', async () => {
  const lost = { ...running, lastStatus: 'STOPPED' } as TaskState;
  expect(await follow([{ task: running }, { task: lost }])).toMatchObject({ task: lost, complete: true });
});

it('a task that ECS never heard of is not waited for', async () => {
  expect(await follow([{}])).toMatchObject({ task: undefined, complete: undefined });
});
