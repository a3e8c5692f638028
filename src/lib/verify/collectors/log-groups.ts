import type { LogGroupState, RecentStreams } from '../../aws/log-groups.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Collector } from '../collector.ts';

export interface LogGroupsEvidence {
  /** Of the groups that the definition's services log to, those that exist. */
  groups: (LogGroupState & RecentStreams)[];
}

export const logGroups: Collector<'log-groups'> = {
  id: 'log-groups',
  budget: 30_000,
  async collect({ fleet, aws }) {
    const names = [...new Set(fleet.services.map(({ logGroup }) => logGroup))];
    const there = await aws.logGroups.groups(commonPrefix(names));
    const own = there.filter(({ name }) => names.includes(name));
    return {
      groups: await Promise.all(
        own.map(async (group) => ({
          ...group,
          ...(await aws.logGroups.recentStreams(group.name, streamsIn(group.name, fleet))),
        })),
      ),
    };
  },
};

/** As many as its services' tasks have, and half as many again: a release leaves those of the tasks before behind. */
function streamsIn(group: string, { services }: Fleet): number {
  const tasks = services.filter(({ logGroup }) => logGroup === group).map(({ desired }) => desired);
  return Math.ceil(tasks.reduce((sum, desired) => sum + desired, 0) * 1.5);
}

/** One request tells of all groups that begin alike. */
function commonPrefix([first = '', ...others]: string[]): string {
  const length = [...first].findIndex((letter, i) => others.some((other) => other[i] !== letter));
  return length === -1 ? first : first.slice(0, length);
}
