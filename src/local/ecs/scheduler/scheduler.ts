import { expectsHealth, isHealthy } from '../definition-facts.ts';
import type { DefinitionRecord, DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts';
import type { World } from '../world.ts';
import { failuresLeft } from './breaker.ts';
import { createLaunchThrottle } from './launch-throttle.ts';
import { planTasks, type TaskPlan } from './plan-tasks.ts';
import { advanceRollout, primaryOf } from './rollout.ts';
import { addEvent, startedTasks, stoppedTasks } from './service-events.ts';
import { countFailure, countSuccess, isFailure } from './task-outcome.ts';

/** What the scheduler does to tasks. */
export interface TaskHands {
  launch(definition: DefinitionRecord, service: ServiceRecord, deployment: DeploymentRecord): TaskRecord;
  stop(task: TaskRecord, reason: string): void;
}

export interface Scheduler {
  /** Looks at a service soon; many calls in a row are one look. */
  poke(service: string): void;
  /** A task has come to another state or health. */
  taskChanged(task: TaskRecord): void;
  close(): void;
}

/** A task without a health check counts as healthy this long after RUNNING (ms), as ECS has it. */
const COUNTS_AFTER = 40_000;
/** Milliseconds, while a deployment that names alarms is under way. */
const LOOK_AT_ALARMS_EVERY = 1000;

/** Keeps every service at its desired count, and moves its deployments on. Acts on changes alone. */
export function createScheduler(world: World, hands: TaskHands): Scheduler {
  const { clock } = world;
  const throttle = createLaunchThrottle();
  const timers = new Map<string, () => void>();
  const poked = new Set<string>();
  /** Tasks whose RUNNING has been seen. */
  const running = new Set<string>();
  /** Tasks whose end has been judged and that may take a while longer to be gone. */
  const ending = new Set<string>();
  let closed = false;

  const poke = (arn: string) => {
    if (poked.size === 0) setImmediate(lookAtAll);
    poked.add(arn);
  };
  const lookAtAll = () => {
    const services = [...poked];
    poked.clear();
    for (const arn of services) {
      try {
        const service = world.services.get(arn);
        if (service && !closed) look(service);
      } catch (error) {
        world.onError(error);
      }
    }
  };
  const inAlarm = (names: string[]) => names.filter((name) => world.alarms.stateOf(name) === 'ALARM');
  const later = (key: string, milliseconds: number, act: () => void) => {
    timers.get(key)?.();
    const cancel = clock.after(milliseconds, () => {
      timers.delete(key);
      act();
    });
    timers.set(key, cancel);
  };

  function look(service: ServiceRecord): void {
    const tasks = world.tasks.ofService(service.arn).filter((task) => task.lastStatus !== 'STOPPED');
    if (service.status === 'DRAINING' && tasks.length === 0) service.status = 'INACTIVE';
    const record = world.serviceDeployments.get(service.serviceDeployment);
    const events = record ? advanceRollout({ service, record, tasks, now: clock.now(), inAlarm }) : [];
    if (record?.alarms.status === 'MONITORING')
      later(`alarms ${service.arn}`, LOOK_AT_ALARMS_EVERY, () => poke(service.arn));
    for (const event of events) tell(service, event);
    const plan = planTasks(service, tasks);
    stopTasks(service, plan);
    const allowed = Math.min(plan.launch, failuresLeft(service, tasks));
    if (allowed > 0) launchTasks(service, allowed);
    if (record) world.serviceDeployments.set(record.arn, record);
    world.services.set(service.arn, service);
  }

  function stopTasks(service: ServiceRecord, { stop }: TaskPlan): void {
    for (const { task, why } of stop) {
      if (why === 'unhealthy') {
        task.unhealthy = true;
        tell(service, `(task ${task.id}) failed container health checks.`);
      }
      const scaling = `Scaling activity initiated by (deployment ${primaryOf(service)?.id ?? task.startedBy})`;
      hands.stop(task, why === 'unhealthy' ? 'Task failed container health checks' : scaling);
    }
    if (stop.length > 0) tell(service, stoppedTasks(stop.map(({ task }) => task)));
  }

  function launchTasks(service: ServiceRecord, count: number): void {
    const primary = primaryOf(service);
    const definition = primary && world.definitions.get(primary.taskDefinition);
    if (!primary || !definition) return;
    const wait = throttle.waitFor(primary.id, clock.elapsed());
    if (wait > 0) {
      later(`launch ${service.arn}`, wait, () => poke(service.arn));
      return;
    }
    const started = Array.from({ length: count }, () => hands.launch(definition, service, primary));
    tell(service, startedTasks(started));
  }

  function tell(service: ServiceRecord, sentence: string): void {
    addEvent(service, sentence, { id: world.ids.uuid(), now: clock.now() });
  }

  function taskRuns(task: TaskRecord, service: ServiceRecord): void {
    const definition = world.definitions.get(task.definition);
    running.add(task.arn);
    if (service.healthGrace > 0) {
      task.inGrace = true;
      later(`grace ${task.arn}`, service.healthGrace * 1000, () => {
        task.inGrace = false;
        poke(service.arn);
      });
    }
    if (definition && !expectsHealth(definition))
      later(`counts ${task.arn}`, COUNTS_AFTER, () => taskRunsWell(task, service));
  }

  function taskRunsWell(task: TaskRecord, service: ServiceRecord): void {
    task.counted = true;
    countSuccess(service, task, clock.now());
    if (task.startedBy) throttle.ranWell(task.startedBy);
    poke(service.arn);
  }

  /** Before the task is replaced, so that the breaker knows of a failure first. */
  function taskEnds(task: TaskRecord, service: ServiceRecord): void {
    if (ending.has(task.arn)) return;
    ending.add(task.arn);
    for (const key of [`grace ${task.arn}`, `counts ${task.arn}`]) {
      timers.get(key)?.();
      timers.delete(key);
    }
    if (!isFailure(task)) return;
    countFailure(service, task, clock.now());
    if (!task.counted && task.startedBy) throttle.failed(task.startedBy, clock.elapsed());
  }

  return {
    poke,
    taskChanged(task) {
      const service = task.service === undefined ? undefined : world.services.get(task.service);
      if (!service || closed) return;
      if (task.desiredStatus === 'STOPPED') taskEnds(task, service);
      else if (task.lastStatus === 'RUNNING' && !running.has(task.arn)) taskRuns(task, service);
      else if (!task.counted && isHealthy(world.definitions.get(task.definition), task))
        taskRunsWell(task, service);
      if (task.lastStatus === 'STOPPED') {
        running.delete(task.arn);
        ending.delete(task.arn);
      }
      poke(service.arn);
    },
    close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}
