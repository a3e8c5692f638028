import type { Climbed, Failure, LayerResult } from './climb.ts';
import { type Bucket, histogramOf, type Latency, latencyOf } from './latency.ts';
import type { LayerName } from './layer.ts';
import type { Target } from './target.ts';

export type ProbeKindOfTarget = 'nats' | 'redis' | 'service' | 'gateway' | 'node';
export type ProbeVerdict = 'ok' | 'failed' | 'unknown';

/** What `probe` has found out. */
export interface ProbeReport {
  kind: ProbeKindOfTarget;
  /** As it was asked for, without its secrets. */
  target: string;
  /** Of a service: the node or server that it was asked through. */
  through: string | undefined;
  /** HOST:PORT */
  address: string;
  verdict: ProbeVerdict;
  /** Of the first round that failed, else of the last one. */
  layers: LayerResult[];
  failure: Failure | undefined;
  /** Nodes that let nobody in, so that another one was tried. */
  passedOver: { name: string; layer: LayerName; why: string }[];
  rounds: Rounds;
}

export interface Rounds {
  asked: number;
  failed: number;
  /** What they failed at, most frequent first. */
  failures: { layer: LayerName; kind: Failure['kind']; count: number }[];
  /** Of rounds that got there, milliseconds: each layer's, and of rounds without a failure the whole. */
  latency: { layer: LayerName | 'total'; latency: Latency }[];
  /** Of the whole, in rounds without a failure. */
  histogram: Bucket[];
}

/** One round: through which target, and how far. */
export interface Round<T extends Target = Target> {
  target: T;
  climbed: Climbed;
}

/** Any failure counts: what fails once in a hundred times is broken. Pure. */
export function verdictOf(rounds: Pick<Round, 'climbed'>[]): ProbeVerdict {
  const failures = rounds.flatMap(({ climbed }) => climbed.failure ?? []);
  if (failures.some(({ kind }) => kind !== 'undetermined')) return 'failed';
  return failures.length > 0 || rounds.length === 0 ? 'unknown' : 'ok';
}

/** `@returns` 0, 1 or 3, as everywhere in gsys. Pure. */
export function exitCodeOf(verdict: ProbeVerdict): number {
  return { ok: 0, failed: 1, unknown: 3 }[verdict];
}

/** The round to show: the first that failed, before one that could not be told, before the last. Pure. */
export function shownOf<R extends Pick<Round, 'climbed'>>(rounds: R[]): R | undefined {
  const failed = rounds.filter(({ climbed }) => climbed.failure !== undefined);
  return failed.find(({ climbed }) => climbed.failure?.kind !== 'undetermined') ?? failed[0] ?? rounds.at(-1);
}

/** Pure. */
export function summaryOf(rounds: Pick<Round, 'climbed'>[]): Rounds {
  const climbs = rounds.map(({ climbed }) => climbed);
  const good = climbs.filter(({ failure }) => failure === undefined).map(({ ms }) => ms);
  const counts = new Map<string, Rounds['failures'][number]>();
  for (const { failure } of climbs) {
    if (failure === undefined) continue;
    const { layer, kind } = failure;
    const known = counts.get(`${layer} ${kind}`) ?? { layer, kind, count: 0 };
    counts.set(`${layer} ${kind}`, { ...known, count: known.count + 1 });
  }
  return {
    asked: rounds.length,
    failed: rounds.length - good.length,
    failures: [...counts.values()].sort((a, b) => b.count - a.count),
    latency: [...byLayer(climbs), ['total', good] as const].flatMap(([layer, times]) => {
      const latency = latencyOf(times);
      return latency === undefined ? [] : [{ layer, latency }];
    }),
    histogram: histogramOf(good),
  };
}

function byLayer(climbs: Climbed[]): Map<LayerName, number[]> {
  const times = new Map<LayerName, number[]>();
  for (const { layers } of climbs)
    for (const { layer, status, ms } of layers)
      if (status === 'pass') times.set(layer, [...(times.get(layer) ?? []), ms]);
  return times;
}
