import type { FaultKind } from '../connection-fault.ts';
import type { Info } from '../nats/handshake.ts';
import type { NatsMessage } from '../nats/protocol.ts';
import type { OpenWire } from '../wire.ts';
import type { Outcome } from './contract.ts';
import type { Target } from './target.ts';

/** What a probe climbs, in the order in which a client would meet it. */
export type LayerName =
  | 'dns'
  | 'tcp'
  | 'info'
  | 'tls'
  | 'auth'
  | 'permission'
  | 'subject'
  | 'reply'
  | 'ping'
  | 'cluster'
  | 'http'
  | 'ready'
  | 'route'
  | 'peers'
  | 'monitoring'
  | 'jetstream';

/** How a layer can fail: as connections do, as requests end, or by what the server says of itself. */
export type ProbeKind =
  | FaultKind
  | Exclude<Outcome, 'ok'>
  /** It answers, and says that it does not work: not ready, cluster down, JetStream off. */
  | 'unwell'
  /** Another server than the definition says. */
  | 'other-server'
  /** We lack something to find out with: a resolver, an identity, a secret. Nothing is said of the server. */
  | 'undetermined';

export class ProbeFault extends Error {
  override readonly name = 'ProbeFault';
  readonly kind: ProbeKind;

  constructor(kind: ProbeKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** Who has to change something: we, who ask; the server; or what lies between. */
export type Side = 'here' | 'there' | 'between';

/** What a failed layer tells a person. */
export interface Meaning {
  /** Full sentences. */
  means: string;
  side: Side;
  /** Commands that look closer or mend it; `add …` and `use …` say what to change about this one. */
  next: string[];
}

export type Seen =
  | {
      saw: string;
      /** Milliseconds, where the layer knows better than the clock around it. */
      ms?: number;
    }
  /** It cannot exist here, for this reason. */
  | { skipped: string };

/** One round: what the layers below have found, for those above. */
export interface Visit<T extends Target> {
  target: T;
  signal: AbortSignal;
  /** Milliseconds, of a clock that only goes forward. */
  now(): number;
  address?: string;
  wire?: OpenWire;
  info?: Info;
  /** Where the answer is to come. */
  inbox?: string;
  /** When the request was sent. */
  askedAt?: number;
  /** Milliseconds after that. */
  reply?: { message: NatsMessage; ms: number };
}

/** One layer, in a file of its own. */
export interface Layer<T extends Target> {
  name: LayerName;
  /** What takes time and is not the server's. @throws whatever cannot be had */
  prepare?(visit: Visit<T>): Promise<void>;
  /** @throws ConnectionFault, ProbeFault */
  climb(visit: Visit<T>): Promise<Seen>;
  /**
   * Failures of layers below that show only here: TLS 1.3 refuses a certificate when the handshake seems over, and a
   * NATS server says after the request that it may not be sent, or that nobody subscribes.
   */
  belongs?: Partial<Record<ProbeKind, LayerName>>;
  /** Milliseconds after which it has failed; three seconds unless given. */
  patience?(target: T): number;
  /** What a failure means, and whose it is. Pure. @param why as it was said */
  meaning(kind: ProbeKind, target: T, why: string): Meaning;
}

/** The connection that the layers below have opened. */
export function wireOf({ wire }: Visit<Target>): OpenWire {
  if (wire === undefined) throw new Error('no layer has opened a connection');
  return wire;
}
