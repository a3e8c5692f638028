import type { NatsConnection } from 'nats';
import { HELD_UP } from '../awake.ts';
import { recogniseFault, withDeadline } from '../connection-fault.ts';
import type { Contracts } from '../fleet/contracts.ts';
import type { Endpoint, Service } from '../fleet/fleet.ts';
import { gather, type MicroStats } from '../nats/micro.ts';
import { type Asking, clockAhead } from './clock-ahead.ts';
import { mismatches } from './match.ts';

/**
 * How one request ended. `no-responders`: nobody subscribes; `timeout`: somebody does and does not answer;
 * `service-error`: it answered that it failed; `decode`: the bytes are not the contract's; `mismatch`: they are, and
 * say something else than service.yaml expects.
 */
export type Outcome =
  | 'ok'
  | 'no-responders'
  | 'timeout'
  | 'service-error'
  | 'decode'
  | 'mismatch'
  | 'permission';

/** `why` is empty where the outcome is ok. */
export interface Judged {
  outcome: Outcome;
  why: string;
}

export interface ContractEvidence {
  service: string;
  subject: string;
  /** One for each request. */
  replies: { through: string; outcome: Outcome; why: string }[];
  /** Who was there before the first request, and what each has done since. */
  instances: ContractInstance[];
}

export interface ContractInstance {
  id: string;
  taskArn: string | undefined;
  served: number;
  failed: number;
  /** Milliseconds that its clock is ahead of ours, negative if behind; undefined if it does not tell the time. */
  clockAhead: number | undefined;
}

/** `$SRV.STATS` of everybody, and when that was asked. */
export interface Census {
  stats: MicroStats[];
  asking: Asking;
}

export interface Asker {
  /** Name of the node that the connection is pinned to. */
  through: string;
  nc: NatsConnection;
}

/** Of n instances behind one node a round reaches each by chance only; twenty make a miss unlikely for ten. */
const MAX_ROUNDS = 20;
/** Milliseconds. A caller waits as long as the endpoint says; whoever asks for health does not wait minutes. */
const MAX_WAIT = 2000;
/** Milliseconds until the first instance tells its counts. */
const STATS_WAIT = 500;

/**
 * Sends a service's probe until every instance has served it. Endpoints are in queue groups and a server prefers
 * the members that are connected to itself, so it is sent through every node; who served it is told by the counts
 * of `$SRV.STATS`.
 * @param census from before
 */
export async function probeContract(
  service: Service,
  contracts: Contracts,
  askers: Asker[],
  census: Census,
): Promise<ContractEvidence> {
  const { probe } = service;
  const endpoint = service.endpoints.find(({ name }) => name === probe?.endpoint);
  if (probe === undefined || endpoint === undefined) throw new Error(`${service.name} has no probe`);
  const request = contracts.encode(endpoint.request, probe.request);
  const known = census.stats.filter(({ name }) => name === service.name);
  const evidence: ContractEvidence = {
    service: service.name,
    subject: endpoint.subject,
    replies: [],
    instances: known.map((stats) => ({
      ...{ id: stats.id, taskArn: stats.metadata?.taskArn, served: 0, failed: 0 },
      clockAhead: clockAhead(stats, census.asking),
    })),
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const replies = await Promise.all(
      askers.map(async ({ through, nc }) => ({
        through,
        ...(await askOnce(nc, endpoint, request, contracts, probe.expect)),
      })),
    );
    evidence.replies.push(...replies);
    if (known.length > 0) {
      const counts = await count(service, endpoint, askers, known);
      evidence.instances = evidence.instances.map((instance) => ({
        ...instance,
        ...counts.get(instance.id),
      }));
    }
    const reached = evidence.instances.every(({ served }) => served > 0);
    if (reached || replies.some(({ outcome }) => outcome !== 'ok')) break;
  }
  return evidence;
}

async function askOnce(
  nc: NatsConnection,
  endpoint: Endpoint,
  request: Uint8Array,
  contracts: Contracts,
  expected: unknown,
): Promise<Judged> {
  try {
    const timeout = Math.min(endpoint.timeout * 1000, MAX_WAIT);
    const asked = nc.request(endpoint.subject, request, { timeout: timeout * HELD_UP });
    const reply = await withDeadline(asked, timeout);
    const failure = reply.headers?.get('Nats-Service-Error') || reply.headers?.get('Nats-Service-Error-Code');
    return judgeReply({ failure, data: reply.data }, endpoint, contracts, expected);
  } catch (error) {
    return failed(error, endpoint);
  }
}

/**
 * What a reply says of whoever gave it. Pure.
 * @param failure of its header `Nats-Service-Error`
 */
export function judgeReply(
  { failure, data }: { failure: string | undefined; data: Uint8Array },
  endpoint: Endpoint,
  contracts: Contracts,
  expected: unknown,
): Judged {
  if (failure && !expectsError(expected)) return { outcome: 'service-error', why: failure };
  return judge(decode(contracts, endpoint, data), expected);
}

/** No bytes are a message too: the one whose every field is its default. */
function decode(
  contracts: Contracts,
  endpoint: Endpoint,
  bytes: Uint8Array,
): Record<string, unknown> | Error {
  try {
    return contracts.decode(endpoint.response, bytes);
  } catch (error) {
    return error as Error;
  }
}

function judge(message: Record<string, unknown> | Error, expected: unknown): Judged {
  if (message instanceof Error) return { outcome: 'decode', why: message.message };
  const { error } = message as { error?: { code?: string; message?: string } };
  if (error && !expectsError(expected))
    return { outcome: 'service-error', why: `${error.code ?? 'UNKNOWN'}: ${error.message ?? ''}` };
  const [first] = mismatches(expected, message);
  return first === undefined ? { outcome: 'ok', why: '' } : { outcome: 'mismatch', why: first };
}

/** Where the only request without side effects is one for what is not there, NOT_FOUND is the good answer. */
export function expectsError(expected: unknown): boolean {
  return typeof expected === 'object' && expected !== null && 'error' in expected;
}

function failed(error: unknown, { subject }: Endpoint): Judged {
  if ((error as { code?: string }).code === '503')
    return { outcome: 'no-responders', why: `nobody subscribes ${subject}` };
  const { kind, message } = recogniseFault(error);
  if (kind === 'permission') return { outcome: 'permission', why: message };
  return { outcome: 'timeout', why: kind === 'timeout' ? `no answer on ${subject}` : message };
}

async function count(
  service: Service,
  endpoint: Endpoint,
  askers: Asker[],
  before: MicroStats[],
): Promise<Map<string, { served: number; failed: number }>> {
  const expected = before.map(({ id }) => id);
  const options = { service: service.name, expected, maxWait: STATS_WAIT };
  const answers = await Promise.all(askers.map(({ nc }) => gather(nc, 'STATS', options)));
  const after = new Map(answers.flat().map((stats) => [stats.id, stats]));
  const counts = before.map((then) => {
    const now = after.get(then.id);
    const requests = now === undefined ? 0 : of(now, endpoint).num_requests - of(then, endpoint).num_requests;
    const failures = now === undefined ? 0 : of(now, endpoint).num_errors - of(then, endpoint).num_errors;
    const wrong = expectsError(service.probe?.expect) ? 0 : failures;
    return [then.id, { served: requests - wrong, failed: wrong }] as const;
  });
  return new Map(counts);
}

function of(stats: MicroStats, { name }: Endpoint): { num_requests: number; num_errors: number } {
  return stats.endpoints?.find((endpoint) => endpoint.name === name) ?? { num_requests: 0, num_errors: 0 };
}
