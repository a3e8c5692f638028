import type {
  AlarmRow,
  NodeRow,
  ServiceRow,
  Severity,
  ShardRow,
  TaskRow,
} from '../../lib/observe/top/rows.ts';
import { age } from '../age.ts';
import type { Column } from './columns.ts';
import type { Span } from './line.ts';
import { count, days, milliseconds, percent, rate, size } from './numbers.ts';
import { sparkline } from './sparkline.ts';

export const COLOURS: Record<Severity, string | undefined> = {
  fail: 'red',
  unknown: 'magenta',
  warn: 'yellow',
  none: undefined,
};

interface Troubled {
  severity: Severity;
  why: string;
}

const trouble = (row: Troubled): Span => ({ text: row.why, color: COLOURS[row.severity] });

/** @param names width of the longest name @param now milliseconds since the epoch */
export function serviceColumns(names: number, now: number): Column<ServiceRow>[] {
  return [
    { head: 'SERVICE', width: names, rank: 0, cell: named },
    { head: 'TASKS', width: 6, rank: 1, cell: ({ status }) => tasks(status) },
    { head: 'REQ/S', width: 6, right: true, rank: 3, cell: ({ perSecond }) => rate(perSecond) },
    { head: 'ERR', width: 5, right: true, rank: 4, cell: errors },
    { head: 'MS', width: 5, right: true, rank: 5, cell: ({ latency }) => milliseconds(latency) },
    { head: 'TREND', width: 8, rank: 6, cell: ({ trail }) => ({ text: sparkline(trail, 8), color: 'cyan' }) },
    { head: 'HEALTH', width: 18, rank: 8, cell: healthWords },
    { head: 'ANSWER', width: 6, right: true, rank: 9, cell: ({ instances }) => count(instances) },
    { head: 'TASK DEFINITION', width: 26, rank: 10, cell: ({ status }) => status?.taskDefinition ?? '-' },
    { head: 'ROLLOUT', width: 11, rank: 11, cell: ({ status }) => rolloutWords(status?.rollout) },
    { head: 'SINCE', width: 5, right: true, rank: 12, cell: ({ status }) => sinceWords(status?.since, now) },
    { head: 'LAST ERROR', width: 24, rank: 13, cell: ({ lastError }) => lastError ?? '' },
    { head: 'TROUBLE', width: 12, rank: 2, grows: true, cell: trouble },
  ];
}

function named({ name, severity }: { name: string; severity: Severity }): Span {
  return { text: name, color: COLOURS[severity] };
}

function tasks(status: ServiceRow['status']): Span {
  if (status === undefined) return { text: '-' };
  const { running, desired, pending } = status;
  const text = `${running}/${desired}${pending > 0 ? `+${pending}` : ''}`;
  return { text, color: running === desired ? undefined : 'yellow' };
}

function errors({ errors: share }: ServiceRow): Span {
  return { text: percent(share), color: share !== undefined && share > 0 ? 'red' : undefined };
}

export function healthWords({ status, healthKnown }: ServiceRow): Span {
  if (status === undefined || !healthKnown || status.running === 0) return { text: '-' };
  const { healthy, unhealthy, unknown } = status.health;
  const words = [
    healthy > 0 ? `${healthy} healthy` : '',
    unhealthy > 0 ? `${unhealthy} unhealthy` : '',
    unknown > 0 ? `${unknown} unknown` : '',
  ];
  const color = unhealthy > 0 ? 'red' : unknown > 0 ? 'yellow' : undefined;
  return { text: words.filter(Boolean).join(', '), color };
}

export function rolloutWords(rollout: string | undefined): string {
  return rollout?.toLowerCase().replace('_', ' ') ?? '-';
}

export function sinceWords(since: string | undefined, now: number): string {
  return since ? age(now - Date.parse(since)) : '-';
}

export function nodeColumns(names: number): Column<NodeRow>[] {
  return [
    { head: 'NATS', width: names, rank: 0, cell: named },
    { head: 'PEERS', width: 5, rank: 1, cell: peers },
    { head: 'CLIENTS', width: 7, right: true, rank: 3, cell: ({ clients }) => count(clients) },
    { head: 'TLS', width: 5, right: true, rank: 4, cell: encrypted },
    { head: 'MSG/S', width: 6, right: true, rank: 5, cell: ({ perSecond }) => rate(perSecond) },
    { head: 'SLOW', width: 6, right: true, rank: 6, cell: slow },
    { head: 'CERT', width: 5, right: true, rank: 7, cell: ({ daysLeft }) => days(daysLeft) },
    { head: 'TREND', width: 8, rank: 8, cell: ({ trail }) => ({ text: sparkline(trail, 8), color: 'cyan' }) },
    { head: 'META', width: 6, rank: 10, cell: ({ leads }) => (leads ? 'leader' : '') },
    {
      ...{ head: 'BYTES/S', width: 9, right: true, rank: 9 },
      cell: ({ bytesPerSecond }) => size(bytesPerSecond),
    },
    { head: 'MEMORY', width: 8, right: true, rank: 11, cell: ({ memory }) => size(memory) },
    {
      head: 'CPU',
      width: 6,
      right: true,
      rank: 12,
      cell: ({ cpu }) => (cpu === undefined ? '-' : `${cpu}%`),
    },
    { head: 'STORED', width: 9, right: true, rank: 13, cell: ({ storage }) => size(storage?.used) },
    { head: 'VERSION', width: 8, rank: 14, cell: ({ version }) => version ?? '-' },
    { head: 'TROUBLE', width: 8, rank: 2, grows: true, cell: trouble },
  ];
}

function peers({ peers: seen, others }: NodeRow): Span {
  if (seen === undefined) return { text: '-' };
  return { text: `${seen}/${others}`, color: seen === others ? undefined : 'red' };
}

function encrypted({ encrypted: share }: NodeRow): Span {
  return { text: percent(share), color: share !== undefined && share < 1 ? 'red' : undefined };
}

function slow({ slow: all, slowNew = 0 }: NodeRow): Span {
  return {
    text: `${count(all)}${slowNew > 0 ? ` +${slowNew}` : ''}`,
    color: slowNew > 0 ? 'red' : undefined,
  };
}

/** @param names width of the longest of their names */
export function shardColumns(names: number): Column<ShardRow>[] {
  return [
    { head: 'REDIS', width: names, rank: 0, cell: named },
    { head: 'PRIMARY', width: 16, rank: 1, cell: ({ primary }) => primary },
    { head: 'REPLICAS', width: 8, rank: 3, cell: replicas },
    { head: 'CMD/S', width: 6, right: true, rank: 4, cell: ({ perSecond }) => rate(perSecond) },
    { head: 'MEMORY', width: 8, right: true, rank: 5, cell: ({ memory }) => size(memory) },
    { head: 'CERT', width: 5, right: true, rank: 7, cell: ({ daysLeft }) => days(daysLeft) },
    { head: 'CLIENTS', width: 7, right: true, rank: 8, cell: ({ clients }) => count(clients) },
    { head: 'EVICTED', width: 7, right: true, rank: 9, cell: ({ evicted }) => count(evicted) },
    { head: 'SLOTS', width: 5, right: true, rank: 10, cell: ({ slots }) => count(slots) },
    { head: 'LIMIT', width: 8, right: true, rank: 11, cell: ({ memoryLimit }) => limit(memoryLimit) },
    { head: 'TROUBLE', width: 10, rank: 2, grows: true, cell: trouble },
  ];
}

function replicas({ replicas: linked, replicasWanted }: ShardRow): Span {
  if (linked === undefined) return { text: '-' };
  return { text: `${linked}/${replicasWanted}`, color: linked < replicasWanted ? 'yellow' : undefined };
}

function limit(bytes: number | undefined): string {
  return bytes === 0 ? 'none' : size(bytes);
}

/** @param names width of the longest name @param now milliseconds since the epoch */
export function alarmColumns(names: number, now: number): Column<AlarmRow>[] {
  return [
    {
      ...{ head: 'ALARM', width: 11, rank: 1 },
      cell: ({ alarm, severity }) => ({ text: stateWord(alarm.state), color: COLOURS[severity] }),
    },
    { head: 'SINCE', width: 5, right: true, rank: 2, cell: ({ alarm }) => sinceWords(alarm.since, now) },
    { head: 'NAME', width: names, rank: 0, cell: ({ name }) => name },
    { head: 'REASON', width: 10, rank: 3, grows: true, cell: ({ why }) => why },
  ];
}

function stateWord(state: string): string {
  return state === 'INSUFFICIENT_DATA' ? 'no data' : state.toLowerCase();
}

/** @param now milliseconds since the epoch */
export function taskColumns(now: number): Column<TaskRow>[] {
  return [
    { head: 'TASK', width: 8, rank: 0, cell: ({ id }) => id.slice(0, 8) },
    { head: 'STATUS', width: 12, rank: 1, cell: ({ status }) => status.toLowerCase() },
    { head: 'HEALTH', width: 9, rank: 2, cell: taskHealth },
    { head: 'ANSWERS', width: 7, rank: 4, cell: answers },
    { head: 'AGE', width: 5, right: true, rank: 3, cell: ({ since }) => (since ? age(now - since) : '-') },
    { head: 'RUNS', width: 22, rank: 6, cell: ({ revision }) => revision },
    { head: 'STOPPED BECAUSE', width: 12, rank: 5, grows: true, cell: ({ note }) => note },
  ];
}

function taskHealth({ health }: TaskRow): Span {
  const colours: Record<string, string> = { UNHEALTHY: 'red', UNKNOWN: 'yellow' };
  return { text: health.toLowerCase(), color: colours[health] };
}

/** Over NATS: by its task's ARN, which a service tells of itself. */
function answers({ answers: does }: TaskRow): Span {
  if (does === undefined) return { text: '' };
  return does ? { text: 'yes' } : { text: 'no', color: 'yellow' };
}
