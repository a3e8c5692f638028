import type { ReleaseContext } from './context.ts';
import type { Passage } from './move.ts';
import { applyOverride } from './overrides.ts';
import type { Itinerary } from './release.ts';
import { rollBack } from './roll-back.ts';
import { isFirst, runWave } from './wave.ts';

/**
 * Wave after wave, until one does not succeed: what that one has changed is taken back, and the rest stays untouched.
 * @returns number of the last wave that was run
 */
export async function runWaves(
  { passages, waves, from = 1, goingBack = false }: Itinerary,
  context: ReleaseContext,
): Promise<number> {
  const { tell, asked, fleet, sources } = context;
  for (const [index, wave] of waves.entries()) {
    const number = index + 1;
    if (number < from) continue;
    if (asked()) return number - 1;
    const own = passages.filter(({ service }) => wave.services.includes(service.name));
    if (goingBack) {
      await takeBack(own, number, context);
      return number;
    }
    const { canary, services } = wave;
    await tell({ type: 'wave-started', wave: number, of: waves.length, canary, services });
    const succeeded = await runWave(own, wave, number, context);
    if (!succeeded) {
      await takeBack(own, number, context);
      return number;
    }
    for (const { move, service } of own) await applyOverride(sources.ssm, fleet, service.name, move.override);
    await tell({ type: 'wave-done', wave: number });
  }
  return waves.length;
}

/** Of services that did not exist before, only those that failed: the others hurt nobody. */
export async function takeBack(passages: Passage[], wave: number, context: ReleaseContext): Promise<void> {
  const failed = passages.filter(({ failure }) => failure !== undefined);
  await rollBack(isFirst(passages) ? failed : passages, wave, context);
}
