import type { AwsAccess } from '../aws/clients.ts';
import { checkAccount } from '../aws/sts.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import { pause } from '../pause.ts';
import { announce } from './announce.ts';
import type { ReleaseContext } from './context.ts';
import { eventStream } from './event-stream.ts';
import type { DeployEvent, DeployStep, PlannedStep } from './events.ts';
import { assertWithinReach } from './gates/answers.ts';
import { ownProcess } from './holder-process.ts';
import type { Entry } from './journal.ts';
import { acquireLock, type HeldLock, type LockHolder } from './lock.ts';
import type { Passage } from './move.ts';
import { openRecord, type ReleaseRecord } from './records.ts';
import { endOf, refusalOf, resultOf } from './result.ts';
import { runWaves } from './run-waves.ts';
import { type ReleaseSources, releaseSources } from './sources.ts';
import { stopWatch } from './stop-watch.ts';
import { watching } from './watching.ts';
import type { Wave } from './waves.ts';

/** What changes, and in which order. */
export interface Itinerary {
  /** One for each service that was asked for; those that need nothing too. */
  passages: Passage[];
  waves: Wave[];
  /** Of a release that goes on: the first wave that is not done, and whether that one was being taken back. */
  from?: number;
  goingBack?: boolean;
}

export interface ReleaseOptions {
  fleet: Fleet;
  access: AwsAccess;
  /** Access that Ctrl-C does not end, for leaving things in order. */
  afterwards: () => AwsAccess;
  release: string;
  holder: Omit<LockHolder, 'release'>;
  /** The fleet's, where the caller holds it already: it is used, and left with the caller. Else it is taken, and let go. */
  lock?: HeldLock;
  /** Why, in a person's words, and the revision of their sources. */
  message?: string | undefined;
  gitRevision?: string | undefined;
  /** Looks, and says what is to change. */
  plan(sources: ReleaseSources): Promise<Itinerary>;
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(plan: PlannedStep): Promise<void>;
  dryRun: boolean;
  /** Whether somebody has asked to stop when the wave under way is over. */
  asked(): boolean;
  /** It is on record already, and goes on. */
  resumes?: boolean;
  now(): number;
  chance(): number;
}

/** Days that records of releases stay: what runs is compared with them, however long ago that was. */
const RETENTION = 3653;
/** Days that a service's own log stays. */
const LOG_RETENTION = 30;

/**
 * Changes what is to change, wave by wave, and proves it. Every step is an event, and once it holds the lock also an
 * entry of the release's record; the last one says how it ended, however it ended.
 */
export function release(options: ReleaseOptions): AsyncGenerator<DeployEvent> {
  return eventStream(async (show) => {
    const stamp = (step: DeployStep): DeployEvent => ({
      at: new Date(options.now()).toISOString(),
      release: options.release,
      ...step,
    });
    await checkAccount(options.access);
    const sources = releaseSources(options.access);
    const itinerary = await options.plan(sources);
    const { passages, waves } = itinerary;
    const planned: PlannedStep = { type: 'planned', services: passages.map(({ move }) => move.plan), waves };
    await show(stamp(planned));
    if (waves.length === 0 || options.dryRun) {
      const reason = waves.length === 0 ? 'everything runs as it should' : 'dry run';
      return show(stamp(resultOf(passages, { outcome: 'nothing-to-do', reason })));
    }
    let lock: HeldLock;
    try {
      await options.confirm(planned);
      lock = await prepare(options, passages, sources);
    } catch (error) {
      return show(stamp(resultOf(passages, refusalOf(error, options.access.signal))));
    }
    await recorded(options, itinerary, planned, { lock, sources, show, stamp });
  });
}

/** Log groups first, because tasks without one do not start; then the lock. */
async function prepare(
  { fleet, access, release, holder, lock, now }: ReleaseOptions,
  passages: Passage[],
  { logs, ssm }: ReleaseSources,
): Promise<HeldLock> {
  if (fleet.environment.release.answers) await assertWithinReach({ fleet, now });
  await logs.ensureGroup(releasesLogGroup(fleet.name), fleet.name, RETENTION);
  const changed = passages.filter(({ move }) => move.plan.action !== 'unchanged');
  const groups = [...new Set(changed.map(({ service }) => service.logGroup))];
  await Promise.all(groups.map((group) => logs.ensureGroup(group, fleet.name, LOG_RETENTION)));
  if (lock !== undefined) return lock;
  const place = { fleet: fleet.name, environment: fleet.environment.name };
  return acquireLock(ssm, place, { ...holder, release, process: ownProcess() }, () => access.serverNow());
}

interface Means {
  lock: HeldLock;
  sources: ReleaseSources;
  show(event: DeployEvent): Promise<void>;
  stamp(step: DeployStep): DeployEvent;
}

/** From lock to unlock; each step is on record before it is told. */
async function recorded(
  options: ReleaseOptions,
  itinerary: Itinerary,
  planned: PlannedStep,
  { lock, sources, show, stamp }: Means,
): Promise<void> {
  const { fleet, access, resumes } = options;
  const { passages, waves } = itinerary;
  const record = openRecord(sources.logs, fleet.name, options.release);
  const note = (...entries: Entry[]) =>
    record.append(...entries.map((entry) => ({ at: new Date(options.now()).toISOString(), ...entry })));
  const tell = async (step: DeployStep) => {
    const event = stamp(step);
    await record.append(event);
    await show(event);
  };
  let reached = 0;
  let failure: unknown;
  try {
    await note(
      ...(resumes ? [{ type: 'resumed' as const, who: options.holder.who }] : opening(options, passages)),
    );
    if (!resumes) await record.append(stamp(planned));
    await tell({ type: 'locked', lock: lock.number });
    await announce(sources.sns, fleet, options, 'started', planned);
    const context = contextOf(options, { lock, sources, tell, note });
    reached = await runWaves(itinerary, context);
  } catch (error) {
    failure = error;
  }
  const end = endOf(passages, { failure, signal: access.signal, left: waves.length - reached });
  // After Ctrl-C the first access answers nothing any more.
  const last = access.signal?.aborted ? releaseSources(options.afterwards()) : sources;
  const closing = last === sources ? record : openRecord(last.logs, fleet.name, options.release);
  const held = last === sources ? lock : lock.through(last.ssm);
  await close(
    closing,
    options.lock === undefined ? held : undefined,
    { ...resultOf(passages, end), environment: fleet.environment.name },
    { show, stamp },
  );
  await announce(last.sns, fleet, options, end.outcome, planned, end.error?.message).catch(() => undefined);
}

/** What another machine needs to go on. */
function opening({ fleet, holder, message, gitRevision }: ReleaseOptions, passages: Passage[]): Entry[] {
  const begun: Entry = {
    type: 'begun',
    environment: fleet.environment.name,
    ...{ command: holder.command, who: holder.who },
    ...(message !== undefined && { message }),
    ...(gitRevision !== undefined && { gitRevision }),
  };
  const moves = passages.filter(({ move }) => move.plan.action !== 'unchanged');
  return [begun, ...moves.map(({ move }): Entry => ({ type: 'move', move }))];
}

function contextOf(
  { fleet, access, now, chance, asked }: ReleaseOptions,
  { lock, sources, tell, note }: Pick<ReleaseContext, 'lock' | 'sources' | 'tell' | 'note'>,
): ReleaseContext {
  return {
    ...{ fleet, sources, lock, tell, note, asked, signal: access.signal },
    stops: stopWatch(sources),
    watching: watching({
      ...{ now, chance },
      pause: (milliseconds) => pause(milliseconds, access.signal),
      keepLock: () => lock.keep(),
    }),
  };
}

/**
 * Unlocked (where the lock is its own) and on record whatever happened; what went wrong on the way out never hides
 * what went wrong before.
 */
async function close(
  record: ReleaseRecord,
  lock: HeldLock | undefined,
  result: DeployStep,
  { show, stamp }: Pick<Means, 'show' | 'stamp'>,
): Promise<void> {
  const unlocked = await lock?.release().then(
    () => lock.number,
    () => undefined,
  );
  const steps: DeployStep[] = unlocked === undefined ? [] : [{ type: 'unlocked', lock: unlocked }];
  for (const step of [...steps, result]) {
    const event = stamp(step);
    await record.append(event).catch(() => undefined);
    await show(event);
  }
}
