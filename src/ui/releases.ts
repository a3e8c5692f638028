import type { RecordedRelease } from '../lib/release/history.ts';
import type { Recorded } from '../lib/release/journal.ts';
import { age } from './age.ts';
import { deployText, shortArn } from './deploy-text.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const STYLES = {
  succeeded: 'green',
  'rolled-back': 'yellow',
  failed: 'red',
  interrupted: 'yellow',
  unfinished: 'yellow',
  refused: 'dim',
  'nothing-to-do': 'dim',
} as const;

/** Names of services in a line; more are counted. */
const NAMED = 3;

/** @param now milliseconds since the epoch */
export function releasesTable(releases: RecordedRelease[], paint: Paint, now: number): string {
  const rows = releases.map((release) => [
    release.release,
    paint(STYLES[release.outcome], release.outcome),
    plain(release.who ?? '-'),
    release.startedAt === undefined ? '-' : age(now - Date.parse(release.startedAt)),
    release.durationSeconds === undefined ? '-' : `${Math.round(release.durationSeconds)} s`,
    named(release.services),
    plain(release.message ?? release.command ?? ''),
  ]);
  return table(['RELEASE', 'OUTCOME', 'WHO', 'AGE', 'TOOK', 'SERVICES', 'WHY'], rows);
}

function named(services: string[]): string {
  const more = services.length - NAMED;
  return services.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '') || '-';
}

/** Every step, with its time. */
export function releaseStory(summary: RecordedRelease, entries: Recorded[], paint: Paint): string {
  const { release, outcome, who, command, message, gitRevision, reason } = summary;
  const head = [
    `${release}  ${paint(STYLES[outcome], outcome)}`,
    ...(who ? [`who      ${plain(who)}`] : []),
    ...(command ? [`command  ${plain(command)}`] : []),
    ...(message ? [`message  ${plain(message)}`] : []),
    ...(gitRevision ? [`git      ${plain(gitRevision)}`] : []),
    ...(reason ? [`reason   ${plain(reason)}`] : []),
  ];
  const steps = entries.flatMap((entry) =>
    lines(entry, release, paint).map((line) => `${paint('dim', entry.at.slice(11, 23))}  ${line}`),
  );
  return [...head, '', ...steps].join('\n');
}

function lines(entry: Recorded, release: string, paint: Paint): string[] {
  switch (entry.type) {
    case 'begun':
    case 'move':
      return [];
    case 'intent':
      return [`${entry.service}  is to run ${shortArn(entry.taskDefinition)}`];
    case 'rolling-back':
      return [`${paint('yellow', 'going back')}  ${Object.keys(entry.reasons).join(', ')}`];
    case 'resumed':
      return [`${plain(entry.who)} goes on with it`];
    case 'gate-waiting':
      return [`waiting for ${plain(entry.detail)}`];
    case 'wave-done':
      return [`wave ${entry.wave} is done`];
    case 'unlocked':
      return ['unlocked'];
    case 'result':
      return [entry.outcome];
    default:
      return deployText({ ...entry, release }, paint);
  }
}
