import type { Stream } from '../fleet/fleet.ts';
import type { StreamTerms } from './stream-state.ts';

/** One term in which a stream is not what the definition says. */
export interface StreamDifference {
  term: keyof StreamTerms;
  /** Null for no limit. */
  from: unknown;
  to: unknown;
  /** Why JetStream would refuse the change; absent where it takes it in place. */
  refused?: string;
}

/** Of the terms, in the order in which they are read. */
const TERMS = [
  'subjects',
  'retention',
  'storage',
  'discard',
  'maxAge',
  'maxMessageBytes',
  'maxBytes',
  'maxConsumers',
  'replicas',
  'duplicateWindow',
] as const satisfies (keyof StreamTerms)[];

/**
 * In what a stream differs from its definition. Pure.
 * @param version of the server: what it refuses has changed over time
 */
export function streamDifferences(wanted: Stream, found: StreamTerms, version: string): StreamDifference[] {
  return TERMS.flatMap((term) => {
    const [from, to] = [comparable(found[term]), comparable(wanted[term])];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const refused = refusal(term, found, wanted, version);
    return [{ term, from, to, ...(refused !== undefined && { refused }) }];
  });
}

/** `maxAge: 3600 s -> 7200 s` */
export function differenceText({ term, from, to, refused }: StreamDifference): string {
  const unit = UNITS[term] ?? '';
  return `${term}: ${shown(from, unit)} -> ${shown(to, unit)}${refused === undefined ? '' : ` (${refused})`}`;
}

const UNITS: { [Term in keyof StreamTerms]?: string } = {
  maxAge: ' s',
  duplicateWindow: ' s',
  maxBytes: ' bytes',
  maxMessageBytes: ' bytes',
};

/** Subjects have no order. */
function comparable(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : (value ?? null);
}

/** As nats-server's stream.go has it; measured with 2.9.10. */
function refusal(
  term: keyof StreamTerms,
  found: StreamTerms,
  wanted: Stream,
  version: string,
): string | undefined {
  switch (term) {
    case 'storage':
      return 'a stream stays in the storage that it was made in';
    case 'maxConsumers':
      return 'a stream keeps the number that it was made with';
    case 'retention':
      if ([found.retention, wanted.retention].includes('workqueue'))
        return 'a stream neither becomes nor ceases to be a work queue';
      return isBefore(version, 2, 10) ? `nats-server ${version} keeps it; 2.10 would not` : undefined;
    default:
      return undefined;
  }
}

function isBefore(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
}

function shown(value: unknown, unit: string): string {
  if (value === null) return 'no limit';
  return Array.isArray(value) ? value.join(' ') || 'none' : `${value}${unit}`;
}
