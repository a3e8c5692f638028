import type { TaskState } from '../../aws/ecs.ts';
import { ConnectionFault } from '../../connection-fault.ts';
import { GsysError, messageOf } from '../../errors.ts';
import { loadContracts } from '../../fleet/contracts.ts';
import { natsSessions } from '../../nats/sessions.ts';
import { pause } from '../../pause.ts';
import { askers } from '../../probe/askers.ts';
import { takeCensus } from '../../probe/census.ts';
import { type ContractEvidence, probeContract } from '../../probe/contract.ts';
import type { ReleaseContext } from '../context.ts';
import type { Passage } from '../move.ts';
import type { Finding, Objection } from './gate.ts';

/** Seconds that tasks which ECS calls healthy get until they answer: a gap in the mesh heals in less. */
const PATIENCE = 30;

/**
 * Whether every task that these rollouts started tells of itself on `$SRV`, and answers its contract's probe where it has one.
 * Asked through every node until all do, or for half a minute.
 */
export async function everyTaskAnswers(passages: Passage[], context: ReleaseContext): Promise<Finding> {
  const { watching } = context;
  const started = watching.now();
  for (;;) {
    const { objections, tasks } = await askOnce(passages, context);
    if (objections.length === 0)
      return { objections, seen: tasks === 0 ? 'no task is to run' : `${tasks} tasks answer` };
    if ((watching.now() - started) / 1000 > PATIENCE) return { objections, seen: '' };
    await watching.wait(1);
  }
}

async function askOnce(
  passages: Passage[],
  context: ReleaseContext,
): Promise<{ objections: Objection[]; tasks: number }> {
  const tasks = await newTasks(passages, context);
  const { fleet, watching } = context;
  const sessions = natsSessions(fleet.environment);
  try {
    const asking = await askers({ fleet, nats: sessions, now: () => new Date(watching.now()) });
    const census = await takeCensus(asking, watching.now);
    const contracts = loadContracts(fleet.contracts);
    const found = await Promise.all(
      passages.map(async (passage): Promise<Objection[]> => {
        const mine = tasks.get(passage) ?? [];
        const known = census.stats.filter(({ name }) => name === passage.service.name);
        const silent = mine.filter(({ arn }) => !known.some(({ metadata }) => metadata?.taskArn === arn));
        if (silent.length > 0)
          return [
            { passage, reason: `nothing is heard on $SRV of ${silent.map(({ id }) => id).join(', ')}` },
          ];
        if (passage.service.probe === undefined || mine.length === 0) return [];
        const evidence = await probeContract(passage.service, contracts, asking, census);
        const reason = contractTrouble(evidence, mine);
        return reason === undefined ? [] : [{ passage, reason }];
      }),
    );
    return { objections: found.flat(), tasks: [...tasks.values()].flat().length };
  } catch (error) {
    if (!(error instanceof ConnectionFault)) throw error;
    const reason = `whether it answers cannot be seen: ${error.message}`;
    return { objections: passages.map((passage) => ({ passage, reason })), tasks: 0 };
  } finally {
    await sessions.close();
  }
}

/** Running tasks of each rollout. */
async function newTasks(
  passages: Passage[],
  { sources: { ecs }, watching }: ReleaseContext,
): Promise<Map<Passage, TaskState[]>> {
  return watching.look(async () => {
    const lists = await Promise.all(
      passages.map(({ service }) => ecs.taskArns({ ecsService: service.ecsService })),
    );
    const all = await ecs.describeTasks(lists.flat());
    return new Map(
      passages.map((passage) => [
        passage,
        all.filter(
          ({ ecsService, taskDefinition, lastStatus, desiredStatus }) =>
            ecsService === passage.service.ecsService &&
            taskDefinition === passage.registered &&
            lastStatus === 'RUNNING' &&
            desiredStatus === 'RUNNING',
        ),
      ]),
    );
  });
}

/** What the probe's replies say against tasks. Pure. */
export function contractTrouble(
  { subject, replies, instances }: ContractEvidence,
  tasks: Pick<TaskState, 'arn' | 'id'>[],
) {
  const bad = replies.find(({ outcome }) => outcome !== 'ok');
  if (bad !== undefined) return `its probe on ${subject} fails (${bad.outcome}): ${bad.why}`;
  const idle = tasks.filter(
    ({ arn }) => !instances.some(({ taskArn, served }) => taskArn === arn && served > 0),
  );
  if (idle.length === 0) return undefined;
  return `${idle.map(({ id }) => id).join(', ')} served none of its probes on ${subject}`;
}

/** Milliseconds until nobody is taken to be there. */
const REACH = 10_000;

/**
 * Whether new tasks could be asked at all, from here: better known before a release than in the middle of it.
 * @throws GsysError NATS_UNREACHABLE
 */
export async function assertWithinReach({
  fleet,
  now,
}: {
  fleet: ReleaseContext['fleet'];
  now(): number;
}): Promise<void> {
  const started = now();
  for (;;) {
    const cause = await troubleReaching(fleet, now);
    if (cause === undefined) return;
    if (now() - started < REACH) {
      await pause(500, undefined);
      continue;
    }
    throw new GsysError(
      'NATS_UNREACHABLE',
      `whether new tasks answer cannot be seen from here: ${messageOf(cause)}`,
      {
        cause,
        next: howToReach(fleet.environment),
      },
    );
  }
}

function howToReach({ platform, inVpc }: ReleaseContext['fleet']['environment']): string {
  if (platform === 'embedded') return 'gsys local status';
  return inVpc ? 'gsys verify --in-vpc --only "nats.*"' : 'run it where NATS can be reached: --in-vpc';
}

async function troubleReaching(fleet: ReleaseContext['fleet'], now: () => number): Promise<unknown> {
  const sessions = natsSessions(fleet.environment);
  try {
    await askers({ fleet, nats: sessions, now: () => new Date(now()) });
    return undefined;
  } catch (cause) {
    return cause;
  } finally {
    await sessions.close();
  }
}
