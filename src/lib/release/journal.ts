import type { Logs } from '../aws/logs.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import type { DeployStep, PlannedStep, ResultStep } from './events.ts';
import type { Move } from './move.ts';

/** What a release writes down for itself, between what it tells; with it, any machine can go on. */
export type Entry =
  /** Whose release it is, first of all. */
  | BegunEntry
  /** One for each service that is to change. */
  | { type: 'move'; move: Move }
  /** Before ECS is told. Whether it was, only ECS knows. */
  | { type: 'intent'; wave: number; service: string; taskDefinition: string }
  /** Before the first service of a wave is brought back, and why each one is. */
  | { type: 'rolling-back'; wave: number; reasons: Record<string, string> }
  /** Somebody goes on with it. */
  | { type: 'resumed'; who: string };

export interface BegunEntry {
  type: 'begun';
  environment: string;
  command: string;
  who: string;
  message?: string;
  gitRevision?: string;
}

export type Recorded = (DeployStep | Entry) & { at: string };

/** What is on record of a release. */
export interface Journal {
  release: string;
  entries: Recorded[];
  /** Undefined for one that was ended before its first word. */
  begun: (BegunEntry & { at: string }) | undefined;
  planned: PlannedStep | undefined;
  moves: Move[];
  /** Of the last time that somebody worked on it; undefined when that one was ended. */
  result: (ResultStep & { at: string }) | undefined;
}

/** Everything on record of one release; its entries are none when there is no such release. */
export async function readJournal(
  logs: Pick<Logs, 'readStream'>,
  fleet: string,
  release: string,
): Promise<Journal> {
  const events = await logs.readStream(releasesLogGroup(fleet), release);
  return journalOf(
    release,
    events.flatMap(({ message }) => parse(message)),
  );
}

/** Pure. */
export function journalOf(release: string, entries: Recorded[]): Journal {
  const last = entries.at(-1);
  return {
    release,
    entries,
    begun: entries.find((entry) => entry.type === 'begun'),
    planned: entries.find((entry) => entry.type === 'planned'),
    moves: entries.flatMap((entry) => (entry.type === 'move' ? [entry.move] : [])),
    result: last?.type === 'result' ? last : undefined,
  };
}

/** Where the release stood when its last entry was written. */
export interface Standing {
  /** The wave that was begun and is not done; undefined between two. */
  open: number | undefined;
  /** The last one that is done and proved. */
  done: number;
  /** Whether the open wave is being taken back, and why each service of it is. */
  goingBack: Record<string, string> | undefined;
  /** Task definition that each service was, or was about to be, told to run. */
  intents: Map<string, string>;
  /** Task definition that was registered for each service. */
  registered: Map<string, string>;
}

/** Pure. */
export function standingOf({ entries }: Journal): Standing {
  const standing: Standing = {
    ...{ open: undefined, done: 0, goingBack: undefined },
    ...{ intents: new Map(), registered: new Map() },
  };
  for (const entry of entries) {
    if (entry.type === 'wave-started') standing.open = entry.wave;
    if (entry.type === 'registered') standing.registered.set(entry.service, entry.taskDefinition);
    if (entry.type === 'intent') standing.intents.set(entry.service, entry.taskDefinition);
    if (entry.type === 'rolling-back') standing.goingBack = entry.reasons;
    if (entry.type !== 'wave-done') continue;
    standing.open = undefined;
    standing.done = entry.wave;
  }
  return standing;
}

/** A line that nobody can read is no entry. */
function parse(text: string): Recorded[] {
  try {
    return [JSON.parse(text) as Recorded];
  } catch {
    return [];
  }
}
