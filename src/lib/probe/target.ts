import type { SecureContext } from 'node:tls';
import type { NatsMessage } from '../nats/protocol.ts';
import type { Judged } from './contract.ts';

/** One server to probe, whoever started it. */
export interface Target {
  /** As a person calls it; never with a secret. */
  name: string;
  host: string;
  port: number;
  /** `offered`: where the server offers it, which only NATS does. */
  tls: 'none' | 'offered' | 'demanded';
  belongings: Belongings;
  /** Commands of gsys that look closer. Undefined: no server of the definition. */
  ours: { embedded: boolean } | undefined;
}

/** What we come to a server with. */
export interface Belongings {
  context: SecureContext;
  /** Our certificate, PEM; undefined where we come without. */
  cert: string | undefined;
  /** PEM, for clients that make their own context. */
  material: { cert?: string; key?: string; ca: string[] };
  /** Why what should be there is not: then nothing can be said beyond TLS. */
  trouble: string | undefined;
}

export type Login = { user: string | undefined; password: string } | { token: string };

export interface NatsTarget extends Target {
  login: Login | undefined;
  inboxPrefix: string;
  /** As the definition has it. */
  expected: { name: string; cluster: string } | undefined;
}

export interface ServiceTarget extends NatsTarget {
  question: Question;
}

/** What a service is asked. */
export interface Question {
  subject: string;
  payload: Uint8Array;
  /** Milliseconds. */
  timeout: number;
  /** Its name in the definition. */
  service: string | undefined;
  /** The type of the reply, where there is a contract. */
  response: string | undefined;
  judge(reply: NatsMessage): Judged;
}

export interface NodeTarget extends NatsTarget {
  /** Undefined: nobody said. */
  routePort: number | undefined;
  monitorPort: number | undefined;
  /** Our identity in the system account. */
  system: { cert: string; key: string; ca: string } | undefined;
}

export interface RedisTarget extends Target {
  /** @throws GsysError where the secret cannot be read */
  login(): Promise<{ user: string | undefined; password: string } | undefined>;
  /** Whether it has to be of a cluster. */
  clustered: boolean;
}

export interface GatewayTarget extends Target {
  url: URL;
  /** Path that says whether it is ready; undefined where none is known. */
  ready: string | undefined;
  /** Or why there is none to ask. */
  route: Route | { none: string };
}

export interface Route {
  path: string;
  /** JSON to post; undefined is a GET. */
  body: unknown;
  /** The service behind it. */
  service: string | undefined;
  /** Of a reply with a good status. @returns what is wrong with it */
  judge(body: unknown): string | undefined;
}
