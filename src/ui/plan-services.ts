import type { PlannedService } from '../lib/release/events.ts';
import { type Paint, plain } from './paint.ts';
import { changeLines, startLines } from './plan-changes.ts';
import { shortArn } from './short-arn.ts';
import { wrap } from './wrap.ts';

const WIDTH = 80;
const TITLE = 10;

/** What happens to services, each a block of lines; those to which the same happens share one. */
export function serviceBlocks(services: PlannedService[], paint: Paint): string[] {
  const groups = new Map<string, PlannedService[]>();
  for (const service of services) {
    const key = `${service.action}\n${details(service, paint).join('\n')}`;
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  return [...groups.values()].map((alike) => block(alike, paint).join('\n'));
}

const ACTIONS = { create: 'green', update: 'yellow', prove: 'cyan', unchanged: 'dim' } as const;

function block(alike: PlannedService[], paint: Paint): string[] {
  const [first] = alike as [PlannedService];
  const names = wrap(alike.map(({ service }) => service).join(', '), WIDTH - TITLE);
  return [
    ...names.map((line, i) => {
      const title = i === 0 ? first.action : '';
      return paint(ACTIONS[first.action], title.padEnd(TITLE)) + paint('bold', line);
    }),
    ...details(first, paint),
    ...rows('runs', runs(alike)),
    ...rows('rollback', rollback(alike)),
  ];
}

function details({ action, changes = [], reasons, desired }: PlannedService, paint: Paint): string[] {
  if (action === 'create') return startLines(changes);
  const left =
    desired === undefined || desired.now === desired.defined
      ? []
      : rows('tasks', `${desired.now}, left as it is (defined: ${desired.defined})`);
  const why =
    changes.length > 0 ? changeLines(changes, paint) : reasons.map((reason) => `  ${plain(reason)}`);
  return [...why, ...left];
}

/** What is not what a rollback returns to. */
function runs(alike: PlannedService[]): string {
  const others = alike.filter(
    ({ from, rollsBackTo }) => from !== undefined && from !== rollsBackTo?.taskDefinition,
  );
  return others.map(({ from }) => shortArn(from)).join(', ');
}

/** `to auth-nats:3, settings-nats:7 of release 20260101T120000Z-1a2b` */
function rollback(alike: PlannedService[]): string {
  if (alike.some(({ action }) => action === 'create'))
    return 'to nothing: a first deployment that fails is stopped, with 0 tasks';
  const releases = new Map<string, string[]>();
  for (const { service, rollsBackTo } of alike) {
    const release = rollsBackTo === undefined ? '' : `of release ${rollsBackTo.release}`;
    const target = rollsBackTo === undefined ? service : shortArn(rollsBackTo.taskDefinition);
    releases.set(release, [...(releases.get(release) ?? []), target]);
  }
  return [...releases]
    .map(([release, targets]) =>
      release === ''
        ? `none of ${targets.join(', ')}: no successful release is on record`
        : `to ${targets.join(', ')} ${release}`,
    )
    .join('; ');
}

function rows(title: string, text: string): string[] {
  return wrap(plain(text), WIDTH - TITLE - 3).map(
    (line, i) => `  ${(i === 0 ? title : '').padEnd(TITLE)} ${line}`,
  );
}
