import type { TaskState } from '../../aws/ecs.ts';
import { explainStoppedTask } from '../../probe/stopped-task.ts';
import type { ReleaseContext } from '../context.ts';
import { healthDetection } from '../deadline.ts';
import type { Passage } from '../move.ts';
import { networkOf } from '../service-request.ts';
import { type Objection, passGate } from './gate.ts';

/** Seconds for pulling the image and attaching the interface. */
const START = 120;
const LOG_LINES = 10;

/**
 * A health command that is new to a service is tried in a task of its own first: one that can never pass would have
 * ECS kill every healthy task, again and again.
 */
export async function proveHealthCommands(
  passages: Passage[],
  wave: number,
  context: ReleaseContext,
): Promise<boolean> {
  const unproven = passages.filter(({ move }) => move.unproven);
  if (unproven.length === 0) return true;
  const names = unproven.map(({ service }) => service.name).join(', ');
  const gate = {
    wave,
    gate: 'health-command' as const,
    waiting: `the new health command in a task of ${names}`,
  };
  return passGate(context, gate, async () => {
    const found = await Promise.all(unproven.map((passage) => tryOut(passage, context)));
    return { objections: found.flat(), seen: `it passes in a task of ${names}` };
  });
}

async function tryOut(passage: Passage, context: ReleaseContext): Promise<Objection[]> {
  const { fleet, sources, watching } = context;
  const { service, registered = '' } = passage;
  const started = watching.now();
  const { arn } = await sources.changes.runTask({
    taskDefinition: registered,
    launchType: 'FARGATE',
    count: 1,
    startedBy: 'gsys health command',
    networkConfiguration: networkOf(fleet),
  });
  try {
    for (;;) {
      const [task] = await watching.look(() => sources.ecs.describeTasks([arn]));
      const reason = await verdictOf(task, passage, context);
      if (reason === 'passes') return [];
      if (reason !== undefined) return [{ passage, reason }];
      const limit = healthDetection(service) + START;
      if ((watching.now() - started) / 1000 > limit)
        return [{ passage, reason: `its health command has not passed in ${limit} s; nothing was changed` }];
      await watching.wait(1);
    }
  } finally {
    await sources.changes.stopTask(arn, 'gsys: its health command was tried').catch(() => undefined);
  }
}

async function verdictOf(
  task: TaskState | undefined,
  { service }: Passage,
  { sources }: ReleaseContext,
): Promise<string | undefined> {
  if (task === undefined) return 'its trial task is gone';
  if (task.health === 'HEALTHY') return 'passes';
  if (task.health === 'UNHEALTHY') return 'its health command fails; nothing was changed';
  if (task.lastStatus !== 'STOPPED') return undefined;
  const { reason, logs } = await explainStoppedTask(task, sources.logs, service.logGroup, LOG_LINES);
  const words = logs.at(-1);
  return `its trial task stopped: ${reason}${words === undefined ? '' : ` (${words})`}; nothing was changed`;
}
