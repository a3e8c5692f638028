import {
  CloudWatchClient,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { FLEET_TAG } from '../fleet/names.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

export interface DashboardState {
  arn: string;
  /** JSON. */
  body: string;
  /** That its tag names; undefined where it has none. */
  fleet: string | undefined;
}

export interface Dashboards {
  /** Undefined when there is none. */
  get(name: string): Promise<DashboardState | undefined>;
  /** Makes it or replaces what it shows, and tags it as the fleet's. */
  put(name: string, body: string, fleet: string): Promise<void>;
}

/** By its names in both of CloudWatch's protocols. */
const GONE = ['DashboardNotFoundError', 'ResourceNotFound', 'ResourceNotFoundException'];

export function dashboards(access: AwsAccess): Dashboards {
  const send = openClient(access, 'cloudwatch', CloudWatchClient);
  return {
    async get(DashboardName) {
      const found = await unlessNamed(GONE, undefined, send(new GetDashboardCommand({ DashboardName })));
      if (found === undefined) return undefined;
      const arn = found.DashboardArn ?? '';
      const tags = await unlessNamed(
        GONE,
        undefined,
        send(new ListTagsForResourceCommand({ ResourceARN: arn })),
      );
      const fleet = tags?.Tags?.find(({ Key }) => Key === FLEET_TAG)?.Value;
      return { arn, body: found.DashboardBody ?? '', fleet };
    },

    async put(DashboardName, DashboardBody, fleet) {
      const Tags = [{ Key: FLEET_TAG, Value: fleet }];
      await send(new PutDashboardCommand({ DashboardName, DashboardBody, Tags }));
    },
  };
}
