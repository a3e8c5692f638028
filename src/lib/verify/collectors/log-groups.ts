import type { LogGroupState, RecentStreams } from '../../aws/log-groups.ts';
import type { Collector } from '../collector.ts';

export interface LogGroupsEvidence {
  /** Of the groups that the definition's services log to, those that exist. */
  groups: (LogGroupState & RecentStreams)[];
}

export const logGroups: Collector<'log-groups'> = {
  id: 'log-groups',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const names = [...new Set(fleet.services.map(({ logGroup }) => logGroup))];
    const there = await aws.logGroups.groups(commonPrefix(names));
    const own = there.filter(({ name }) => names.includes(name));
    return {
      groups: await Promise.all(
        own.map(async (group) => ({ ...group, ...(await aws.logGroups.recentStreams(group.name)) })),
      ),
    };
  },
};

/** One request tells of all groups that begin alike. */
function commonPrefix([first = '', ...others]: string[]): string {
  const length = [...first].findIndex((letter, i) => others.some((other) => other[i] !== letter));
  return length === -1 ? first : first.slice(0, length);
}
