import type { TaskState } from '../../aws/ecs.ts';
import type { Collector } from '../collector.ts';

export interface TasksEvidence {
  /** Those that ECS wants to run. */
  running: TaskState[];
  /** Those of the last hour or so: ECS forgets them then. */
  stopped: TaskState[];
}

export const tasks: Collector<'tasks'> = {
  id: 'tasks',
  budget: 15_000,
  async collect({ aws }) {
    const [running, stopped] = await Promise.all([
      aws.ecs.taskArns({ status: 'RUNNING' }),
      aws.ecs.taskArns({ status: 'STOPPED' }),
    ]);
    const described = await aws.ecs.describeTasks([...running, ...stopped]);
    return {
      running: described.filter(({ desiredStatus }) => desiredStatus !== 'STOPPED'),
      stopped: described.filter(({ desiredStatus }) => desiredStatus === 'STOPPED'),
    };
  },
};
