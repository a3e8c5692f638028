import type { Phase, Rotation } from './rotations.ts';
import type { TlsContext } from './steps.ts';
import type { TlsChange, TlsWorld } from './tls-change.ts';

/** Writes a step down, with what was seen since the last one. */
export type Journal = (
  rotation: Rotation,
  phase: Phase,
  more?: string[],
  facts?: { issued?: number },
) => Promise<Rotation>;

/** What a rotation works with under the lock. */
export interface RotationWork {
  world: TlsWorld;
  /** What it tells is kept as evidence, too. */
  context: TlsContext;
  journal: Journal;
  options: Pick<TlsChange, 'passphrase'>;
}
