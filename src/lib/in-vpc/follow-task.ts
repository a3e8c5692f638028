import type { Ecs, TaskState } from '../aws/ecs.ts';
import type { StreamReader } from '../aws/stream-reader.ts';
import type { Watching } from '../release/watching.ts';
import { hasEnded } from './outcome.ts';
import type { TaskOutput } from './task-output.ts';

export interface FollowOptions {
  arn: string;
  ecs: Pick<Ecs, 'describeTasks'>;
  stream: StreamReader;
  output: TaskOutput;
  watching: Watching;
  /** Told of each state before there is any output. */
  onStatus(status: string): void;
}

/** Seconds between two looks: a tenth of the rate at which logs may be read. */
const INTERVAL = 0.5;
/** Seconds after RunTask in which ECS may not know the task yet. */
const UNKNOWN = 30;
/** Seconds that the last lines of a task may take into its log. */
const LATE = 15;

/**
 * Writes what the task writes until it has ended and everything of it is there, or will not come any more.
 * @returns the task, and whether its output is complete; undefined when ECS does not know it
 */
export async function followTask(
  options: FollowOptions,
): Promise<{ task: TaskState; complete: boolean } | undefined> {
  const { arn, ecs, stream, output, watching, onStatus } = options;
  const since = watching.now();
  const seconds = (from: number) => (watching.now() - from) / 1000;
  let ended: number | undefined;
  let rewound = false;
  for (;;) {
    const [task] = await watching.look(() => ecs.describeTasks([arn]));
    if (task === undefined && seconds(since) > UNKNOWN) return undefined;
    for (const line of await watching.look(() => stream.more())) output.take(line, rewound);
    if (task !== undefined) {
      if (!output.begun()) onStatus(task.lastStatus);
      if (hasEnded(task)) {
        ended ??= watching.now();
        // One that never ran has nothing to say.
        const silent = task.containers.every(({ exitCode }) => exitCode === undefined);
        if (silent || output.ended() !== undefined) return { task, complete: true };
        if (seconds(ended) > LATE) return { task, complete: false };
        // A clock that was set back puts lines before those that were read already.
        if (output.hasGap() && !rewound) {
          stream.rewind();
          rewound = true;
        }
      }
    }
    await watching.wait(INTERVAL);
  }
}
