import { GsysError } from '../../errors.ts';
import type { ResultStep } from '../../release/events.ts';
import { releaseId } from '../../release/records.ts';
import { release } from '../../release/release.ts';
import { planRestart } from '../../release/restart.ts';
import type { Wave } from '../../release/waves.ts';
import type { TlsContext } from '../steps.ts';

export interface RestartOptions {
  /** Whether somebody has asked to stop when the wave under way is over. */
  asked?: (() => boolean) | undefined;
  /** Why, in a person's words, for the record of the release. */
  message?: string | undefined;
}

/** What happens between the waves; none of it may throw: the release would never come to its end. */
interface Between {
  /** Before what a failed gate speaks against is taken back. @param services of the wave, and of those after it */
  failed(services: string[]): Promise<void>;
  /** @returns whether to go on */
  done(services: string[]): Promise<boolean>;
}

/**
 * New tasks for these services, as any release would bring them: canary, waves, gates, rollback, bake and record, under
 * the lock that is held already.
 * @throws GsysError as the release ended, unless it succeeded
 */
export async function restartHolders(
  names: string[],
  { failed, done }: Between,
  context: TlsContext,
  { asked = () => false, message }: RestartOptions,
): Promise<void> {
  const { fleet, access, afterwards, holder, lock, tell } = context;
  const services = fleet.services.filter(({ name }) => names.includes(name));
  let waves: Wave[] = [];
  let open = names;
  let stop = false;
  let told = false;
  let result: ResultStep | undefined;
  const goingBack = async () => {
    if (!told) await failed(open);
    told = true;
  };
  const events = release({
    ...{ fleet, access, afterwards, holder, lock, message },
    release: releaseId(new Date(), Math.random),
    plan: (sources) => planRestart(fleet, services, sources),
    confirm: async () => undefined,
    dryRun: false,
    asked: () => stop || asked(),
    now: Date.now,
    chance: Math.random,
  });
  try {
    for await (const event of events) {
      tell({ type: 'release', event });
      if (event.type === 'planned') waves = event.waves;
      // The release waits meanwhile: tasks that start when it goes back find the former bundle.
      if (event.type === 'gate-failed') await goingBack();
      if (event.type === 'wave-done') {
        const { services: brought = [] } = waves[event.wave - 1] ?? {};
        open = open.filter((name) => !brought.includes(name));
        stop ||= !(await done(brought));
      }
      if (event.type === 'result') result = event;
    }
  } catch (error) {
    // It could not even say how it ended: nothing of it counts as brought.
    if (mayGoBack(error, access.signal)) await goingBack();
    throw error;
  }
  if (result?.outcome === 'succeeded' || (stop && !access.signal?.aborted)) return;
  const error = result?.error;
  if (result?.outcome !== 'interrupted' && mayGoBack(error, access.signal)) await goingBack();
  throw new GsysError(error?.code ?? 'RELEASE_FAILED', error?.message ?? 'the restart said nothing', {
    next: result?.outcome === 'interrupted' ? `gsys ${holder.command}` : error?.next,
  });
}

/** Interrupted, it can go on; and without the lock nothing is ours to change. */
function mayGoBack(error: unknown, signal: AbortSignal | undefined): boolean {
  return !signal?.aborted && (error as { code?: string } | undefined)?.code !== 'LOCKED';
}
