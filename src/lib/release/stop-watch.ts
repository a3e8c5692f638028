import type { Ecs, TaskState } from '../aws/ecs.ts';
import type { Logs } from '../aws/logs.ts';
import { explainStoppedTask, type StoppedTask } from '../probe/stopped-task.ts';
import type { Rollout } from './follow.ts';

/** Collects tasks that stop by a fault of their own while a release watches them; ECS forgets them. */
export interface StopWatch {
  /** Those of these rollouts that are new since the last look, explained at once: their logs are there now. */
  look(rollouts: Rollout[]): Promise<{ rollout: Rollout; stopped: StoppedTask }[]>;
}

/** Last log lines of a task that stopped. */
const LOG_LINES = 10;

export function stopWatch({ ecs, logs }: { ecs: Ecs; logs: Pick<Logs, 'tail'> }): StopWatch {
  const seen = new Set<string>();
  return {
    async look(rollouts) {
      const fresh = (await ecs.taskArns({ status: 'STOPPED' })).filter((arn) => !seen.has(arn));
      const tasks = (await ecs.describeTasks(fresh)).filter(({ lastStatus }) => lastStatus === 'STOPPED');
      const found = await Promise.all(
        tasks.map(async (task) => {
          seen.add(task.arn);
          const rollout = rollouts.find((one) => isTaskOf(one, task));
          if (rollout === undefined) return [];
          const stopped = await explainStoppedTask(task, logs, rollout.service.logGroup, LOG_LINES);
          return stopped.fault ? [{ rollout, stopped }] : [];
        }),
      );
      return found.flat();
    },
  };
}

/** The same task definition may have run, and failed, before. */
function isTaskOf({ service, taskDefinition, since }: Rollout, task: TaskState): boolean {
  if (task.ecsService !== service.ecsService || task.taskDefinition !== taskDefinition) return false;
  return since === undefined || task.createdAt === undefined || task.createdAt >= since;
}
