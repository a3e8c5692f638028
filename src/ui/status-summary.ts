import { SLOTS } from '../lib/observe/shards.ts';
import type {
  AlarmSummary,
  FleetSummary,
  NatsSummary,
  RedisSummary,
  Silent,
  Unseen,
} from '../lib/observe/summary.ts';
import type { RecordedRelease } from '../lib/release/history.ts';
import { age } from './age.ts';
import { type Paint, plain } from './paint.ts';

/** What is named of several; the rest is counted. */
const NAMED = 3;

/** One line each for NATS, Redis, alarms and the last release. @param now milliseconds since the epoch */
export function statusSummary(summary: FleetSummary, paint: Paint, now: number): string {
  const line = <T extends object>(name: string, seen: T | Unseen, words: (seen: T) => string) =>
    `${name.padEnd(9)}${isUnseen(seen) ? paint('magenta', `not seen: ${plain(seen.unseen)}`) : words(seen)}`;
  return [
    line('nats', summary.nats, (seen) => natsWords(seen, paint)),
    line('redis', summary.redis, (seen) => redisWords(seen, paint)),
    line('alarms', summary.alarms, (seen) => alarmWords(seen, paint, now)),
    line('release', summary.lastRelease ?? {}, (seen) => releaseWords(seen, paint, now)),
  ].join('\n');
}

function isUnseen(seen: object): seen is Unseen {
  return 'unseen' in seen;
}

function natsWords({ nodes, answered, meshed, silent }: NatsSummary, paint: Paint): string {
  const answers = `${answered} of ${nodes} nodes answer`;
  const mesh = `${meshed} with routes to all ${nodes - 1} others`;
  return [
    answered === nodes ? answers : paint('red', answers),
    meshed === nodes ? mesh : paint('yellow', mesh),
    ...silentWords(silent),
  ].join(', ');
}

function redisWords(seen: RedisSummary, paint: Paint): string {
  const { nodes, answered, shards, served, slots, replicas, silent } = seen;
  const answers = `${answered} of ${nodes} nodes answer`;
  const whole = `${served} of ${shards} shards with ${slots} of ${SLOTS} slots and ${replicas} linked replicas`;
  return [
    answered === nodes ? answers : paint('red', answers),
    served === shards && slots === SLOTS ? whole : paint('red', whole),
    ...silentWords(silent),
  ].join(', ');
}

function silentWords(silent: Silent[]): string[] {
  return silent.slice(0, NAMED).map(({ node, why }) => plain(`${node}: ${why}`));
}

function alarmWords({ alarms, firing, withoutData, missing }: AlarmSummary, paint: Paint, now: number) {
  const named = firing
    .slice(0, NAMED)
    .map(({ alarm, since }) => `${plain(alarm)}${since ? ` for ${age(now - Date.parse(since))}` : ''}`);
  const more = firing.length > NAMED ? [`and ${firing.length - NAMED} more`] : [];
  const count = `${firing.length} of ${alarms} fire`;
  return [
    firing.length === 0 ? count : paint('red', `${count}: ${[...named, ...more].join(', ')}`),
    ...(withoutData > 0 ? [paint('magenta', `${withoutData} without data`)] : []),
    ...(missing > 0 ? [paint('yellow', `${missing} not made`)] : []),
  ].join(', ');
}

/** Characters: a release of everything names every service. */
const MOST_OF_COMMAND = 40;

function shortened(command: string): string {
  return command.length > MOST_OF_COMMAND ? `${command.slice(0, MOST_OF_COMMAND - 1)}…` : command;
}

function releaseWords(seen: RecordedRelease | object, paint: Paint, now: number): string {
  if (!('release' in seen)) return 'none is on record';
  const { release, outcome, startedAt, who, command } = seen;
  const good = outcome === 'succeeded' || outcome === 'nothing-to-do';
  return [
    `${release} ${good ? outcome : paint('yellow', outcome)}`,
    ...(startedAt === undefined ? [] : [`begun ${age(now - Date.parse(startedAt))} ago`]),
    ...(command === undefined ? [] : [shortened(plain(command))]),
    ...(who === undefined ? [] : [`by ${plain(who)}`]),
  ].join(', ');
}
