import type { EcsChanges } from '../aws/ecs-changes.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { runnerOf } from '../fleet/in-vpc.ts';
import { FLEET_TAG } from '../fleet/names.ts';
import { networkOf } from '../release/service-request.ts';

export interface RemoteCommand {
  /** `['verify', '--json']`, with the environment resolved and without --in-vpc. */
  words: string[];
  /** `ann@laptop` */
  who: string;
  /** Of the sources here: the image holds none. */
  gitRevision: string | undefined;
  /** Of the terminal that standard output goes to; undefined where there is none. */
  columns: number | undefined;
  noColor: boolean;
}

type Request = Parameters<EcsChanges['runTask']>[0];

/** Characters: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html */
const OVERRIDES = 8192;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
const STARTED_BY = 128;
const TAG_VALUE = 256;

/** Pure. @throws GsysError USAGE for more than ECS takes */
export function runRequest(fleet: Fleet, taskDefinition: string, command: RemoteCommand): Request {
  const { container, name } = runnerOf(fleet);
  const { words, who } = command;
  const containerOverrides = [{ name: container, command: words, environment: variables(fleet, command) }];
  if (JSON.stringify({ containerOverrides }).length > OVERRIDES)
    throw new GsysError('USAGE', 'the command is longer than ECS takes for a task', {
      next: 'name fewer services, or none for all of them',
    });
  return {
    taskDefinition,
    launchType: 'FARGATE',
    count: 1,
    // No service's: whoever looks at services takes no notice of it.
    group: name,
    startedBy: `${name}/${who}`.replace(/[^A-Za-z0-9/_-]/g, '-').slice(0, STARTED_BY),
    networkConfiguration: networkOf(fleet),
    overrides: { containerOverrides },
    tags: [
      { key: FLEET_TAG, value: fleet.name },
      { key: 'gsys:who', value: tagValue(who) },
      { key: 'gsys:command', value: tagValue(words.join(' ')) },
    ],
  };
}

function variables({ environment: { slot } }: Fleet, command: RemoteCommand) {
  const { who, gitRevision, columns, noColor } = command;
  const values = {
    GSYS_WHO: who,
    GSYS_GIT_REVISION: gitRevision,
    GSYS_SLOT: slot?.toString(),
    GSYS_TERMINAL: columns?.toString(),
    NO_COLOR: noColor ? '1' : undefined,
  };
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N} +\-=._:/@]/gu, '_').slice(0, TAG_VALUE);
}
