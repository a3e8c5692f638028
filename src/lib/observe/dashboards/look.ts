import { isDeepStrictEqual } from 'node:util';
import type { DashboardState, Dashboards } from '../../aws/dashboards.ts';
import { awsCommand } from '../../fleet/aws-command.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { FLEET_TAG } from '../../fleet/names.ts';
import { dashboardBody, dashboardName } from './body.ts';

export interface DashboardPlan {
  dashboard: string;
  /** `refused`: it is there and does not carry the fleet's tag, so somebody else has made it. */
  action: 'create' | 'update' | 'unchanged' | 'refused';
  widgets: number;
  why: string;
  /** What to type so that it is not refused. */
  wayOut?: string;
}

/** What is to be put. */
export interface DashboardChange {
  dashboard: string;
  body: string;
}

/** One look at the fleet's dashboard, next to the definition. */
export async function lookAtDashboard(
  fleet: Fleet,
  dashboards: Pick<Dashboards, 'get'>,
): Promise<{ plan: DashboardPlan; changes: DashboardChange[] }> {
  const dashboard = dashboardName(fleet);
  const body = dashboardBody(fleet);
  const found = await dashboards.get(dashboard);
  const plan = { dashboard, widgets: body.widgets.length, ...actionOf(body, found, fleet) };
  const isChange = plan.action === 'create' || plan.action === 'update';
  return { plan, changes: isChange ? [{ dashboard, body: JSON.stringify(body) }] : [] };
}

/** @param found undefined when there is none */
function actionOf(
  body: object,
  found: DashboardState | undefined,
  { name, environment }: Fleet,
): Pick<DashboardPlan, 'action' | 'why' | 'wayOut'> {
  if (found === undefined) return { action: 'create', why: 'there is no such dashboard yet' };
  if (found.fleet !== name) {
    const tag = `cloudwatch tag-resource --resource-arn ${found.arn} --tags Key=${FLEET_TAG},Value=${name}`;
    const why = found.fleet === undefined ? 'somebody else has made it' : `it is of the fleet ${found.fleet}`;
    return { action: 'refused', why, wayOut: awsCommand(environment, tag) };
  }
  return shows(found.body, body)
    ? { action: 'unchanged', why: 'it shows what the definition says' }
    : { action: 'update', why: 'it shows something else than the definition says' };
}

function shows(text: string, body: object): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(body)));
  } catch {
    return false;
  }
}
