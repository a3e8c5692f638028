import type { Stream } from '../fleet/fleet.ts';
import { differenceText, type StreamDifference, streamDifferences } from '../nats/stream-differences.ts';
import type { StreamState, StreamTerms } from '../nats/stream-state.ts';
import { streamTrouble } from '../nats/stream-trouble.ts';
import type { StreamList } from '../nats/streams.ts';
import { settleSubjects } from './settle-subjects.ts';

/** `refused`: it differs, and nothing of that can be changed in place. `unknown`: it is there, and nobody says how. */
export type StreamAction = 'create' | 'update' | 'unchanged' | 'refused' | 'unknown';

export interface PlannedStream {
  stream: string;
  action: StreamAction;
  subjects: string[];
  /** `maxAge: 300 s -> 600 s` */
  changes: string[];
  /** What differs and JetStream would not change, and why. */
  refused: string[];
  /** Of one that is there. */
  found?: FoundStream;
  /** What keeps one that is there from working as it should: `has no leader`. */
  trouble?: string;
}

export interface FoundStream {
  messages: number;
  bytes: number;
  consumers: number;
  leader: string | null;
}

export interface StreamsPlan {
  differs: boolean;
  /** Those that are to be changed first, in the order in which they can be. */
  streams: PlannedStream[];
  /** What is there and in nobody's definition: named, and left alone. */
  others: (FoundStream & { stream: string; subjects: string[] })[];
}

/** How a stream will be, less what JetStream would refuse. */
export interface StreamChange {
  target: Stream;
  found: StreamState | undefined;
}

/**
 * What would make the streams what the definition says. Pure.
 * @param isOurs streams that services make for themselves
 * @param version of the server
 */
export function planStreams(
  wanted: Stream[],
  { streams: found, silent }: StreamList,
  isOurs: (stream: string) => boolean,
  version: string,
): { plan: StreamsPlan; changes: StreamChange[] } {
  const known = wanted.filter(({ name }) => !silent.includes(name));
  const compared = known.map((stream) => {
    const state = found.find(({ name }) => name === stream.name);
    return { stream, state, differences: state && streamDifferences(stream, state.terms, version) };
  });
  const differing = compared.filter(({ differences }) => differences === undefined || differences.length > 0);
  const { order, blocked } = settleSubjects(differing, found);

  const planned = [...order, ...compared.filter((one) => !order.includes(one))].map(
    ({ stream, state, differences = [] }) => {
      const holder = blocked.get(stream.name);
      const all = holder === undefined ? differences : withoutSubjects(stream, differences, holder);
      const possible = all.some(({ refused }) => refused === undefined);
      const action = actionOf(state !== undefined, all.length, possible, holder);
      return {
        change: { target: targetOf(stream, state?.terms, all), found: state },
        planned: {
          ...{ stream: stream.name, action, subjects: stream.subjects },
          changes: all.filter(({ refused }) => refused === undefined).map(differenceText),
          refused: all.filter(({ refused }) => refused !== undefined).map(differenceText),
          ...(state && { found: foundStream(state), ...troubleOf(state) }),
        } satisfies PlannedStream,
      };
    },
  );
  return {
    plan: {
      differs: differing.length > 0,
      streams: [
        ...planned.map((one) => one.planned),
        ...wanted.filter((one) => !known.includes(one)).map(unknown),
      ],
      others: found
        .filter(({ name }) => !wanted.some((stream) => stream.name === name) && !isOurs(name))
        .map((state) => ({
          stream: state.name,
          subjects: state.terms.subjects ?? [],
          ...foundStream(state),
        })),
    },
    changes: planned
      .filter(({ planned: { action } }) => action === 'create' || action === 'update')
      .map(({ change }) => change),
  };
}

function unknown({ name, subjects }: Stream): PlannedStream {
  const trouble = 'is described by nobody: its leader is silent';
  return { stream: name, action: 'unknown', subjects, changes: [], refused: [], trouble };
}

function withoutSubjects(
  { subjects }: Stream,
  differences: StreamDifference[],
  refused: string,
): StreamDifference[] {
  if (differences.length === 0) return [{ term: 'subjects', from: [], to: subjects, refused }];
  return differences.map((one) => (one.term === 'subjects' ? { ...one, refused } : one));
}

function actionOf(
  exists: boolean,
  differences: number,
  possible: boolean,
  holder: string | undefined,
): StreamAction {
  if (!exists) return holder === undefined ? 'create' : 'refused';
  if (differences === 0) return 'unchanged';
  return possible ? 'update' : 'refused';
}

function targetOf(stream: Stream, found: StreamTerms | undefined, differences: StreamDifference[]): Stream {
  if (found === undefined) return stream;
  const kept = differences.flatMap(({ term, refused }) =>
    refused === undefined ? [] : [[term, found[term]]],
  );
  return { ...stream, ...Object.fromEntries(kept) };
}

/** Replicas are counted by what the stream has been told: how many it should have been told is a difference. */
function troubleOf(state: StreamState): Pick<PlannedStream, 'trouble'> {
  const trouble = streamTrouble(state, state.config.num_replicas);
  return trouble === undefined ? {} : { trouble: trouble.what };
}

function foundStream({ messages, bytes, consumers, leader }: StreamState): FoundStream {
  return { messages, bytes, consumers, leader: leader ?? null };
}
