import { definedAlarms } from '../fleet/alarms.ts';
import { awsCommand } from '../fleet/aws-command.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { pagingAlarms } from '../fleet/paging-alarms.ts';
import type { AlarmState } from './alarm-shapes.ts';
import type { AlarmVerdict } from './alarm-verdict.ts';
import type { AlarmsSeen } from './alarms-seen.ts';

/** An alarm that tells the fleet's topic and is not the definition's. */
export interface Stray {
  name: string;
  /** The alarm of the definition that watches the same. */
  twin: string | undefined;
}

/** Alarms beside the definition's that page for the fleet too. Pure. */
export function straysAmong({ telling }: Pick<AlarmsSeen, 'telling'>, fleet: Fleet): Stray[] {
  const defined = definedAlarms(fleet, fleet.services);
  const paging = pagingAlarms(fleet, fleet.services, () => true);
  const own = new Set([...defined, ...paging].map(({ name }) => name));
  return telling
    .filter(({ name }) => !own.has(name))
    .map(({ name, metric }) => ({
      name,
      twin: metric && defined.find((one) => keyOf(one.metric) === keyOf(metric))?.name,
    }));
}

export interface CompanyVerdict extends AlarmVerdict {
  /** Commands to type. */
  remedy: string[];
}

/** One that watches what the definition watches pages twice, and one of ours that is left over for nothing. */
export function judgeStrays(seen: Pick<AlarmsSeen, 'telling'>, fleet: Fleet): CompanyVerdict {
  const strays = straysAmong(seen, fleet);
  const twins = strays.filter(({ twin }) => twin !== undefined);
  const left = strays.filter(({ name, twin }) => twin === undefined && name.startsWith(`${fleet.name}-`));
  if (twins.length + left.length === 0)
    return { status: 'pass', message: 'no alarm pages beside those of the definition', remedy: [] };
  const names = twins.map(({ name }) => quoted(name)).join(' ');
  const remove = awsCommand(fleet.environment, `cloudwatch delete-alarms --alarm-names ${names}`);
  return {
    status: 'warn',
    message: [
      ...twins.map(({ name, twin }) => `${name} pages for what ${twin} watches already`),
      ...left.map(({ name }) => `${name} pages and is not in the definition`),
    ].join('; '),
    remedy: [...(twins.length > 0 ? [remove] : []), ...(left.length > 0 ? ['gsys alarms prune'] : [])],
  };
}

/** Who is silenced: that it pages nobody is meant, and still nobody is paged. */
export function judgeSilences({ mutes }: Pick<AlarmsSeen, 'mutes'>, fleet: Fleet, now: Date): CompanyVerdict {
  const paging = new Set(pagingAlarms(fleet, fleet.services, () => true).map(({ name }) => name));
  const silenced = mutes
    .filter(({ until }) => until === undefined || until > now)
    .map((mute) => ({ ...mute, alarms: mute.alarms.filter((name) => paging.has(name)) }))
    .filter(({ alarms }) => alarms.length > 0);
  if (silenced.length === 0) return { status: 'pass', message: 'no alarm is silenced', remedy: [] };
  const sentences = silenced.map(
    ({ alarms, description, until }) =>
      `${alarms.join(', ')}: ${description || 'silenced, by a rule that does not say why'}, ${until === undefined ? 'without an end' : `until ${until.toISOString()}`}`,
  );
  return {
    status: 'warn',
    message: sentences.join('; '),
    remedy: [`gsys alarms silence --end ${silenced.flatMap(({ alarms }) => alarms).join(' ')}`],
  };
}

type Metric = NonNullable<AlarmState['metric']>;

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

/** Names of alarms may hold anything; this is typed into a shell. */
function quoted(name: string): string {
  return /^[\w./:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
