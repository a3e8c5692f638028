import { pause } from '../pause.ts';
import { climb } from './climb.ts';
import type { Layer, LayerName } from './layer.ts';
import {
  type ProbeKindOfTarget,
  type ProbeReport,
  type Round,
  shownOf,
  summaryOf,
  verdictOf,
} from './report.ts';
import type { Target } from './target.ts';

export interface Probe<T extends Target> {
  kind: ProbeKindOfTarget;
  /** As it was asked for, without its secrets. */
  named: string;
  /** Ways to the same thing, in this order; one at least. */
  targets: T[];
  layers: Layer<T>[];
  count: number;
  /** Milliseconds between the end of a round and the beginning of the next. */
  interval: number;
  /** Milliseconds, of a clock that only goes forward. */
  now(): number;
  signal: AbortSignal;
  tell(event: ProbeEvent): void;
}

/** A layer begins. */
export interface ProbeEvent {
  round: number;
  of: number;
  name: string;
  layer: LayerName;
}

/** Layers that say of a node whether it lets us in; those above say something of what is asked through it. */
const OF_THE_WAY: LayerName[] = ['dns', 'tcp', 'info', 'tls', 'auth'];

/**
 * Climbs as often as it is told, each time over a connection of its own. A service is behind all nodes: one that lets
 * nobody in is passed over while there is another, and that is said.
 * @returns of an interrupted probe, what the rounds before that have shown
 * @throws the signal's reason when not even one was over
 */
export async function probe<T extends Target>(asked: Probe<T>): Promise<ProbeReport> {
  const { targets, count, interval, signal } = asked;
  const passedOver = new Map<string, ProbeReport['passedOver'][number]>();
  const rounds: Round<T>[] = [];
  try {
    for (let round = 1; round <= count; round++) {
      if (round > 1) await pause(interval, signal);
      rounds.push(await oneRound(asked, round, passedOver));
    }
  } catch (error) {
    if (!signal.aborted || rounds.length === 0) throw error;
  }
  const shown = shownOf(rounds);
  if (shown === undefined) throw new Error('a probe of no rounds');
  const { target, climbed } = shown;
  return {
    kind: asked.kind,
    target: asked.named,
    through: targets.length > 1 || target.name !== asked.named ? target.name : undefined,
    address: `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`,
    verdict: verdictOf(rounds),
    layers: climbed.layers,
    failure: climbed.failure,
    passedOver: [...passedOver.values()].filter(({ name }) => name !== target.name),
    rounds: summaryOf(rounds),
  };
}

async function oneRound<T extends Target>(
  { targets, layers, signal, now, tell, count }: Probe<T>,
  round: number,
  passedOver: Map<string, ProbeReport['passedOver'][number]>,
): Promise<Round<T>> {
  let first: Round<T> | undefined;
  for (const target of inOrder(targets, passedOver)) {
    const climbed = await climb({
      ...{ target, layers, signal, now },
      tell: (layer) => tell({ round, of: count, name: target.name, layer }),
    });
    first ??= { target, climbed };
    const { failure } = climbed;
    if (failure === undefined || !OF_THE_WAY.includes(failure.layer)) return { target, climbed };
    if (targets.length > 1)
      passedOver.set(target.name, { name: target.name, layer: failure.layer, why: failure.why });
  }
  if (first === undefined) throw new Error('a probe of nothing');
  return first;
}

/** Those that let nobody in last time are asked when all others have been. */
function inOrder<T extends Target>(targets: T[], passedOver: Map<string, unknown>): T[] {
  const known = (target: T) => (passedOver.has(target.name) ? 1 : 0);
  return targets.toSorted((a, b) => known(a) - known(b));
}
