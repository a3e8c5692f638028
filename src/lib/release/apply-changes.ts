import { checkAccount } from '../aws/sts.ts';
import { GsysError, messageOf } from '../errors.ts';
import { pause } from '../pause.ts';
import { holdLock, type LockOptions } from './hold-lock.ts';

/** What is compared with the definition, and changed until it is as the definition says. */
export interface Changeable<Plan, Change> {
  /** Looks, and says what differs. */
  look(): Promise<{ plan: Plan; changes: Change[] }>;
  nameOf(change: Change): string;
  /** What the change answered counts for nothing: the next look tells. */
  make(change: Change): Promise<void>;
  /** What, besides changes that are still to be made, is not as it should be; one line each. */
  lacks(plan: Plan): string[];
  /** What cannot be changed, one line each. */
  refused(plan: Plan): string[];
  /** `gsys streams`, where its verbs are plan and apply. */
  command: string;
  /** The command that goes on, where it is another one. */
  again?: string;
}

export interface ApplyOptions<Plan> extends LockOptions {
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(plan: Plan): Promise<void>;
  dryRun: boolean;
  /** Milliseconds that everything gets to be as it should. */
  patience: number;
  now(): number;
  onStep(step: ApplyStep<Plan>): void;
}

/** What is told meanwhile. */
export type ApplyStep<Plan> =
  | { type: 'planned'; plan: Plan }
  | { type: 'changing' | 'changed'; name: string; done: number; of: number }
  | { type: 'waiting'; lacks: string[] };

export interface Applied<Plan> {
  /** `incomplete`: all that can be changed was, and the rest is refused. */
  outcome: 'applied' | 'incomplete' | 'nothing-to-do' | 'dry-run';
  /** Names of what was changed. */
  changed: string[];
  refused: string[];
  /** As it was seen last. */
  plan: Plan;
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 500;

/**
 * Makes changes one by one under the fleet's lock, then looks again until everything is seen to be as it should, also
 * where there was nothing to change. Interrupted, it says how far it came; applying again goes on from there.
 * @throws GsysError NOT_PROVEN when that does not come to pass in time
 */
export async function applyChanges<Plan, Change>(
  subject: Changeable<Plan, Change>,
  options: ApplyOptions<Plan>,
): Promise<Applied<Plan>> {
  await checkAccount(options.access);
  const { plan, changes } = await subject.look();
  options.onStep({ type: 'planned', plan });
  const applied = (outcome: Applied<Plan>['outcome'], changed: string[], seen: Plan): Applied<Plan> => {
    const refused = subject.refused(seen);
    const incomplete = outcome !== 'dry-run' && refused.length > 0;
    return { outcome: incomplete ? 'incomplete' : outcome, changed, refused, plan: seen };
  };
  if (options.dryRun) return applied('dry-run', [], plan);
  if (changes.length === 0) return applied('nothing-to-do', [], await prove(subject, options));
  await options.confirm(plan);
  const { lock, letGo } = await holdLock(options);
  const changed: string[] = [];
  try {
    for (const change of changes) {
      const name = subject.nameOf(change);
      options.onStep({ type: 'changing', name, done: changed.length, of: changes.length });
      options.access.signal?.throwIfAborted();
      await lock.keep();
      await subject.make(change);
      changed.push(name);
      options.onStep({ type: 'changed', name, done: changed.length, of: changes.length });
    }
    return applied('applied', changed, await prove(subject, options));
  } catch (error) {
    throw withState(error, changed, changes.map(subject.nameOf), againOf(subject, 'apply'));
  } finally {
    await letGo();
  }
}

/** What fails, or is interrupted, also says how far it came. */
function withState(error: unknown, changed: string[], all: string[], again: string): GsysError {
  const known = error instanceof GsysError ? error : undefined;
  const next = all[changed.length];
  const what =
    next === undefined ? 'all of it was changed, and is not seen to be as it should' : `${next} is next`;
  const before = changed.length === 0 ? 'nothing was changed yet' : `changed: ${changed.join(', ')}`;
  return new GsysError(known?.code ?? 'INTERNAL', messageOf(error), {
    cause: error,
    details: [...(known?.details ?? []), `${before}; ${what}`],
    next: known?.next ?? again,
  });
}

async function prove<Plan, Change>(
  subject: Changeable<Plan, Change>,
  { access, patience, now, onStep }: ApplyOptions<Plan>,
): Promise<Plan> {
  const { look, lacks, nameOf } = subject;
  const deadline = now() + patience;
  for (let told = ''; ; ) {
    const { plan, changes } = await look();
    const missing = [...changes.map((change) => `${nameOf(change)} is not as defined yet`), ...lacks(plan)];
    if (missing.length === 0) return plan;
    if (told !== missing.join()) onStep({ type: 'waiting', lacks: missing });
    told = missing.join();
    if (now() > deadline) {
      throw new GsysError('NOT_PROVEN', `not everything is as it should be after ${patience / 1000} s`, {
        details: missing,
        next: againOf(subject, 'plan'),
      });
    }
    await pause(LOOK_EVERY, access.signal);
  }
}

function againOf(
  { command, again }: Pick<Changeable<never, never>, 'command' | 'again'>,
  verb: 'plan' | 'apply',
): string {
  return again ?? `${command} ${verb}`;
}
