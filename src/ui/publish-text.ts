import type { Fleet } from '../lib/fleet/fleet.ts';
import type { Published, PublishedValue } from '../lib/observe/publish/publish.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';
import { timerFiles } from './timer.ts';

/** What was published, the fleet's first, and why the rest was not. */
export function publishedText({ outcome, metrics }: Published, paint: Paint, verbose: boolean): string {
  const missing = metrics.filter((one) => one.missing !== undefined);
  const done = metrics.length - missing.length;
  const what = outcome === 'dry-run' ? 'dry run: would publish' : 'published';
  return [
    valuesTable(metrics, verbose),
    ...missing.map(
      ({ metric, service, missing: why = '' }) =>
        `${paint('magenta', 'missing')}  ${metric}${service === undefined ? '' : ` of ${plain(service)}`}: ${plain(why)}`,
    ),
    `${what} ${done} of ${metrics.length} metrics`,
  ].join('\n');
}

/** Without `verbose`, services that are as quiet as they should be are left out. */
export function valuesTable(metrics: PublishedValue[], verbose: boolean): string {
  const shown = metrics.filter(
    ({ value, service, unit }) =>
      value !== undefined && (verbose || service === undefined || value !== 0 || unit !== 'Count'),
  );
  const rows = shown.map(({ metric, service = '', unit, value = 0 }) => [
    metric,
    plain(service),
    value.toFixed(Number.isInteger(value) ? 0 : 1),
    unit,
  ]);
  return table(['METRIC', 'SERVICE', 'VALUE', 'UNIT'], rows);
}

/** Seconds, where the definition does not say: as often as CloudWatch keeps values apart. */
const USUAL = 60;

/** A systemd timer, and the same for cron where that is fine enough, that publish on schedule. */
export function publishTimerText({ name, root, environment }: Fleet, program: string): string {
  const every = environment.publishEvery || USUAL;
  const confirm = environment.protected ? ` --confirm ${name}` : '';
  const minutes = every / 60;
  const told =
    environment.publishEvery === 0
      ? `\n\n# and in gsys.yaml, so that there are alarms on it: environments.${environment.name}.publishEvery: ${every}`
      : '';
  return `${timerFiles({
    unit: `gsys-publish-${environment.name}`,
    description: `Publish what AWS does not count of ${name} (${environment.name})`,
    folder: root,
    command: `${program} alarms publish --yes --env ${environment.name}${confirm}`,
    when: ['OnBootSec=30s', `OnUnitActiveSec=${every}s`, 'AccuracySec=1s'],
    cron: Number.isInteger(minutes) && 60 % minutes === 0 ? `*/${minutes} * * * *` : undefined,
  })}${told}`;
}
