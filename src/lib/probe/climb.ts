import { ConnectionFault, withDeadline } from '../connection-fault.ts';
import { unlessAborted } from '../pause.ts';
import { kindOf } from './kind-of.ts';
import type { Layer, LayerName, Meaning, ProbeKind, Visit } from './layer.ts';
import type { Target } from './target.ts';

export interface LayerResult {
  layer: LayerName;
  status: 'pass' | 'fail' | 'unknown' | 'skip';
  /** Milliseconds. */
  ms: number;
  /** What was seen, or why it failed or was left out. */
  saw: string;
}

export interface Failure extends Meaning {
  layer: LayerName;
  kind: ProbeKind;
  why: string;
}

/** One way up: every layer that was tried, and why there is none above the last. */
export interface Climbed {
  layers: LayerResult[];
  /** Milliseconds from the first layer's beginning to the last one's end. */
  ms: number;
  failure: Failure | undefined;
}

interface Climbing<T extends Target> {
  target: T;
  layers: Layer<T>[];
  signal: AbortSignal;
  /** Milliseconds, of a clock that only goes forward. */
  now(): number;
  /** Told of each layer that begins. */
  tell(layer: LayerName): void;
}

/** Milliseconds that this process is awake: several times what the slowest of them takes in one region. */
const PATIENCE = 3000;

/** Layer by layer over one connection, to the first that fails. What fails is a result, never an exception. */
export async function climb<T extends Target>(climbing: Climbing<T>): Promise<Climbed> {
  const { target, layers, signal, now } = climbing;
  const visit: Visit<T> = { target, signal, now };
  const results: LayerResult[] = [];
  let ms = 0;
  try {
    for (const layer of layers) {
      climbing.tell(layer.name);
      let started = now();
      try {
        await layer.prepare?.(visit);
        started = now();
        const seen = await inTime(layer, visit);
        const took = rounded(now() - started);
        ms += took;
        results.push(
          'skipped' in seen
            ? { layer: layer.name, status: 'skip', ms: took, saw: seen.skipped }
            : { layer: layer.name, status: 'pass', ms: rounded(seen.ms ?? took), saw: seen.saw },
        );
      } catch (error) {
        signal.throwIfAborted();
        const took = rounded(now() - started);
        const failed = judgeFailure(layers, layer, results, error, target);
        return { ...failed, layers: withTime(failed.layers, took), ms: ms + took };
      }
    }
    return { layers: results, ms, failure: undefined };
  } finally {
    visit.wire?.close();
  }
}

async function inTime<T extends Target>(layer: Layer<T>, visit: Visit<T>) {
  const patience = layer.patience?.(visit.target) ?? PATIENCE;
  const ended = visit.wire === undefined ? [] : [visit.wire.failed];
  const settled = withDeadline(Promise.race([layer.climb(visit), ...ended]), patience, () => {
    const what = visit.wire?.stage() ?? 'no answer';
    return new ConnectionFault('timeout', `${what} within ${patience} ms`);
  });
  return await unlessAborted(settled, visit.signal);
}

function judgeFailure<T extends Target>(
  layers: Layer<T>[],
  at: Layer<T>,
  below: LayerResult[],
  error: unknown,
  target: T,
): { layers: LayerResult[]; failure: Failure } {
  const { kind, why } = kindOf(error);
  const layer = layers.find(({ name }) => name === at.belongs?.[kind]) ?? at;
  const status = kind === 'undetermined' ? 'unknown' : 'fail';
  const until = layers.indexOf(layer);
  const ms = below.slice(until).reduce((sum, each) => sum + each.ms, 0);
  return {
    layers: [...below.slice(0, until), { layer: layer.name, status, ms, saw: why }],
    failure: { layer: layer.name, kind, why, ...layer.meaning(kind, target, why) },
  };
}

/** The last layer took so much longer. */
function withTime(layers: LayerResult[], ms: number): LayerResult[] {
  return layers.map((each, i) => (i === layers.length - 1 ? { ...each, ms: each.ms + ms } : each));
}

/** Microseconds are as far as anything of this can be told. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
