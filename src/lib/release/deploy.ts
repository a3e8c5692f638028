import type { AwsAccess } from '../aws/clients.ts';
import { checkAccount } from '../aws/sts.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import type { DeployEvent, DeployStep, PlannedService, ResultStep } from './events.ts';
import { gatherFacts } from './gather.ts';
import { acquireLock, type HeldLock, type LockHolder } from './lock.ts';
import { planService } from './plan.ts';
import { openRecord, type ReleaseRecord } from './records.ts';
import { endOf, refusalOf, resultOf } from './result.ts';
import { type ReleaseSources, releaseSources } from './sources.ts';
import { runWave, type WaveItem } from './wave.ts';

export interface DeployOptions {
  fleet: Fleet;
  services: Service[];
  access: AwsAccess;
  /** Access that Ctrl-C does not end, for leaving things in order. */
  afterwards: () => AwsAccess;
  release: string;
  holder: Omit<LockHolder, 'release'>;
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(plan: PlannedService[]): Promise<void>;
  dryRun: boolean;
  now(): number;
  chance(): number;
}

/** CloudWatch keeps events for this long; days. */
const RETENTION = 30;

/**
 * Ships what changed, in one wave, and proves it. Every step is an event, and once it holds the lock also an entry
 * of the release's record; the last one says how it ended, however it ended.
 */
export async function* deploy(options: DeployOptions): AsyncGenerator<DeployEvent> {
  const { fleet, services, access, release } = options;
  const stamp = (step: DeployStep): DeployEvent => ({
    at: new Date(options.now()).toISOString(),
    release,
    ...step,
  });
  await checkAccount(access);
  const sources = releaseSources(access);
  const facts = await gatherFacts(fleet, services, sources);
  const items: WaveItem[] = facts.map((one) => ({ facts: one, plan: planService(one) }));
  const plan = items.map((item) => item.plan);
  yield stamp({ type: 'planned', services: plan });

  const changes = items.filter((item) => item.plan.action !== 'unchanged');
  if (changes.length === 0 || options.dryRun) {
    const reason = changes.length === 0 ? 'everything runs as it should' : 'dry run';
    yield stamp(resultOf(items, { outcome: 'nothing-to-do', reason }));
    return;
  }
  let lock: HeldLock;
  try {
    await options.confirm(plan);
    lock = await prepare(options, changes, sources);
  } catch (error) {
    yield stamp(resultOf(items, refusalOf(error, access.signal)));
    return;
  }
  yield* recorded(options, items, lock, stamp, sources);
}

/** Log groups first, because tasks without one do not start; then the lock. */
async function prepare(
  { fleet, access, release, holder }: DeployOptions,
  changes: WaveItem[],
  { logs, ssm }: ReleaseSources,
): Promise<HeldLock> {
  const groups = [releasesLogGroup(fleet.name), ...changes.map(({ facts }) => facts.service.logGroup)];
  await Promise.all([...new Set(groups)].map((group) => logs.ensureGroup(group, fleet.name, RETENTION)));
  const place = { fleet: fleet.name, environment: fleet.environment.name };
  return acquireLock(ssm, place, { ...holder, release }, () => access.serverNow());
}

/** From lock to unlock; each step is on record before it is told. */
async function* recorded(
  options: DeployOptions,
  items: WaveItem[],
  lock: HeldLock,
  stamp: (step: DeployStep) => DeployEvent,
  sources: ReleaseSources,
): AsyncGenerator<DeployEvent> {
  const { fleet, access, release } = options;
  let record = openRecord(sources.logs, fleet.name, release);
  const told = async (step: DeployStep): Promise<DeployEvent> => {
    const event = stamp(step);
    await record.append(event);
    return event;
  };
  let failure: unknown;
  try {
    const plan = items.map((item) => item.plan);
    await record.append(stamp({ type: 'planned', services: plan }));
    yield await told({ type: 'locked', lock: lock.number });
    const wave = runWave({ ...options, items, lock, sources });
    for await (const step of wave) yield await told(step);
  } catch (error) {
    failure = error;
  }
  // After Ctrl-C the first access answers nothing any more.
  const last = access.signal?.aborted ? releaseSources(options.afterwards()) : sources;
  if (last !== sources) record = openRecord(last.logs, fleet.name, release);
  const relock = last === sources ? lock : lock.through(last.ssm);
  yield* closing({ record, lock: relock, items, end: endOf(items, failure, access.signal) }, stamp);
}

interface Closing {
  record: ReleaseRecord;
  lock: HeldLock;
  items: WaveItem[];
  end: Pick<ResultStep, 'outcome' | 'error'>;
}

/** Unlocked and on record whatever happened; what went wrong on the way out never hides what went wrong before. */
async function* closing(
  { record, lock, items, end }: Closing,
  stamp: (step: DeployStep) => DeployEvent,
): AsyncGenerator<DeployEvent> {
  const unlocked = await lock.release().then(
    () => true,
    () => false,
  );
  const steps: DeployStep[] = unlocked ? [{ type: 'unlocked', lock: lock.number }] : [];
  steps.push(resultOf(items, end));
  for (const step of steps) {
    const event = stamp(step);
    await record.append(event).catch(() => undefined);
    yield event;
  }
}
