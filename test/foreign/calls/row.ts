import type { ServiceId } from './services.ts';

/** What a call is there to prove. */
export type Kind = 'shape' | 'page' | 'limit' | 'error';

/** One call, made by every client in turn, each against an endpoint of its own. */
export interface Row {
  /** As the API names it: `DescribeServices`. */
  call: string;
  kind: Kind;
  /** What makes this call worth a row: `eleven are one too many`. */
  what: string;
  /** In the API's own names; what earlier rows of the story kept may be used. */
  input?: object | ((kept: Kept) => object);
  /** What the answer holds, at least; vitest's matchers may be used. */
  holds?: object;
  /** The error's code on the wire, where the call must fail. */
  error?: string;
  /** Ask page by page, of this size where callers may choose: so many requests must bring so many of these. */
  pages?: { size?: number; requests: number; of: string; items: number };
  /** Values of the answer for later rows. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every operation
  keep?(answer: any): Kept;
  /** Repeat the call until it holds what it should: tasks take their time. */
  eventually?: true;
  /** Sent without a signature. */
  unsigned?: true;
  /** For the CLI alone, which has its own: `--max-items`. */
  options?: string[] | ((kept: Kept) => string[]);
  /** Where not all clients can make this call. */
  clients?: keyof typeof CLIENTS;
}

/** Values that one row leaves for the next. */
export type Kept = Record<string, string>;

/** Rows in the order in which they are called. */
export interface Story {
  service: ServiceId;
  /** Makes what there has to be so much of that rows would be in the way. @param config of SDK clients */
  prepare?(config: ClientConfig): Promise<void>;
  rows: Row[];
}

export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export type ClientKind = 'sdk' | 'debian cli' | 'newer cli';

const CLIENTS = {
  /** Has options of its own. */
  cli: ['debian cli', 'newer cli'],
  /** Debian's CLI is of early 2023 and lacks what AWS added since. */
  newer: ['sdk', 'newer cli'],
  /** CloudWatch speaks two protocols, and each client the one it knows best. */
  query: ['debian cli'],
  json: ['sdk', 'newer cli'],
  /** The CLI puts commands of its own in front of a few operations. */
  sdk: ['sdk'],
} satisfies Record<string, ClientKind[]>;

export function canMake(row: Row, client: ClientKind): boolean {
  const able: readonly ClientKind[] | undefined = row.clients && CLIENTS[row.clients];
  return able?.includes(client) ?? true;
}

export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i + 1));
