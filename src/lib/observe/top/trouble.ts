import type { ServiceStatus } from '../status.ts';
import type { Severity } from './rows.ts';

export interface Trouble {
  severity: Severity;
  why: string;
}

const NO_TROUBLE: Trouble = { severity: 'none', why: '' };

interface ServiceFacts {
  status: ServiceStatus | undefined;
  instances: number | undefined;
  errors: number | undefined;
  firing: number;
  old: boolean;
}

/** Share of requests that fail: more is worth a look. */
const MANY_ERRORS = 0.01;

/** What of a service is worth a look, the worst first. That nothing is says nothing of its health. Pure. */
export function serviceTrouble({ status, instances, errors, firing, old }: ServiceFacts): Trouble {
  if (status === undefined) return { severity: 'unknown', why: 'not seen yet' };
  const { running, desired, health, rollout } = status;
  const found: [boolean, Severity, string][] = [
    [status.status !== 'ACTIVE', 'fail', status.status.toLowerCase()],
    [rollout === 'FAILED', 'fail', 'rollout failed'],
    [running === 0 && desired > 0, 'fail', 'no task runs'],
    [health.unhealthy > 0, 'fail', `${health.unhealthy} unhealthy`],
    [firing > 0, 'fail', firing === 1 ? 'an alarm fires' : `${firing} alarms fire`],
    [instances === 0 && running > 0, 'fail', 'nobody answers'],
    [old, 'unknown', 'old'],
    [running < desired, 'warn', `${desired - running} missing`],
    [rollout === 'IN_PROGRESS', 'warn', 'rolls out'],
    [instances !== undefined && instances < running, 'warn', `${instances} of ${running} answer`],
    [(errors ?? 0) > MANY_ERRORS, 'warn', 'errors'],
    [desired === 0, 'warn', 'scaled to none'],
  ];
  return firstOf(found);
}

interface NodeFacts {
  lost: { why: string } | undefined;
  peers: number | undefined;
  others: number;
  slowNew: number | undefined;
  encrypted: number | undefined;
  daysLeft: number | undefined;
}

/** Days of a certificate: fewer are a reason to look why it was not renewed. */
const FEW_DAYS = 7;

/** Pure. */
export function nodeTrouble({ lost, peers, others, slowNew, encrypted, daysLeft }: NodeFacts): Trouble {
  const found: [boolean, Severity, string][] = [
    [lost !== undefined, 'fail', lost?.why ?? ''],
    [peers === undefined, 'unknown', 'not seen yet'],
    [(peers ?? others) < others, 'fail', `${others - (peers ?? others)} peers missing`],
    [(encrypted ?? 1) < 1, 'fail', 'clients without TLS'],
    [(slowNew ?? 0) > 0, 'warn', `${slowNew} slow cut off`],
    [(daysLeft ?? FEW_DAYS) < FEW_DAYS, 'warn', 'certificate ends'],
  ];
  return firstOf(found);
}

interface ShardFacts {
  lost: { why: string } | undefined;
  state: string;
  replicas: number;
  replicasWanted: number;
  memoryShare: number | undefined;
  evictedNew: number | undefined;
}

/** Of a node's memory limit. */
const FULL = 0.9;

/** Pure. */
export function shardTrouble(facts: ShardFacts): Trouble {
  const { lost, state, replicas, replicasWanted, memoryShare, evictedNew } = facts;
  const found: [boolean, Severity, string][] = [
    [lost !== undefined, 'fail', lost?.why ?? ''],
    [state !== 'ok', 'fail', `cluster ${state}`],
    [replicas < replicasWanted, 'warn', `${replicasWanted - replicas} replicas missing`],
    [(evictedNew ?? 0) > 0, 'warn', 'evicts keys'],
    [(memoryShare ?? 0) > FULL, 'warn', 'memory is full'],
  ];
  return firstOf(found);
}

function firstOf(found: [boolean, Severity, string][]): Trouble {
  const [first] = found.filter(([holds]) => holds);
  return first === undefined ? NO_TROUBLE : { severity: first[1], why: first[2] };
}
