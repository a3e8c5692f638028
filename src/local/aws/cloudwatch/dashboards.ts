import type {
  DashboardValidationMessage,
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { page } from '../paging.ts';
import { AwsError } from '../service.ts';
import { type Tags, withTags } from '../tags.ts';
import { badListToken, invalidValue } from './errors.ts';

export interface Dashboard {
  name: string;
  arn: string;
  body: string;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
  tags: Tags;
}

const PER_PAGE = 1000;
const MOST_WIDGETS = 500;

/** Dashboards are kept and given back; nobody here draws them. */
export function dashboardOperations(context: AwsContext, dashboards: Collection<Dashboard>) {
  const require = (name = ''): Dashboard => {
    const dashboard = dashboards.get(name);
    if (!dashboard) throw new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);
    return dashboard;
  };
  return {
    async PutDashboard({
      DashboardName: name = '',
      DashboardBody: body = '',
      Tags,
    }: PutDashboardInput): Promise<PutDashboardOutput> {
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
        throw invalidValue(`The value ${name} for field DashboardName contains invalid characters.`);
      const messages = mistakes(body);
      if (messages.length > 0)
        throw new AwsError(
          'DashboardInvalidInputError',
          `The dashboard is not valid: ${messages.map((it) => `${it.DataPath}: ${it.Message}`).join('; ')}`,
        );
      await dashboards.put(name, {
        name,
        arn: `arn:aws:cloudwatch::${context.account}:dashboard/${name}`,
        body,
        modifiedAt: context.clock(),
        tags: withTags(dashboards.get(name)?.tags ?? {}, Tags, 'ValidationException'),
      });
      return { DashboardValidationMessages: [] };
    },

    GetDashboard({ DashboardName }: GetDashboardInput): GetDashboardOutput {
      const { name, arn, body } = require(DashboardName);
      return { DashboardName: name, DashboardArn: arn, DashboardBody: body };
    },

    ListDashboards({ DashboardNamePrefix = '', NextToken }: ListDashboardsInput): ListDashboardsOutput {
      const { items, nextToken } = page(
        dashboards.values().filter(({ name }) => name.startsWith(DashboardNamePrefix)),
        { key: ({ name }) => name, limit: PER_PAGE, token: NextToken, badToken: badListToken },
      );
      return {
        DashboardEntries: items.map(({ name, arn, body, modifiedAt }) => ({
          DashboardName: name,
          DashboardArn: arn,
          LastModified: new Date(modifiedAt),
          Size: Buffer.byteLength(body),
        })),
        NextToken: nextToken,
      };
    },

    /** All or none. */
    async DeleteDashboards({ DashboardNames = [] }: DeleteDashboardsInput): Promise<object> {
      for (const { name } of DashboardNames.map((name) => require(name))) await dashboards.remove(name);
      return {};
    },
  };
}

/** What must hold of any dashboard; what each widget wants inside is not looked at. */
function mistakes(body: string): DashboardValidationMessage[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [{ DataPath: '/', Message: 'The dashboard body is not JSON' }];
  }
  const widgets: unknown = (parsed as { widgets?: unknown } | null)?.widgets;
  if (!Array.isArray(widgets)) return [{ DataPath: '/widgets', Message: 'Should be an array of widgets' }];
  if (widgets.length > MOST_WIDGETS)
    return [{ DataPath: '/widgets', Message: `At most ${MOST_WIDGETS} widgets` }];
  return widgets.flatMap((widget, i) =>
    typeof widget?.type === 'string'
      ? []
      : [{ DataPath: `/widgets/${i}/type`, Message: 'Should be a type of widget' }],
  );
}
