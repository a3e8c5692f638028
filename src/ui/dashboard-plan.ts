import type { DashboardPlan } from '../lib/observe/dashboards/look.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { create: 'green', update: 'yellow', unchanged: 'dim', refused: 'red' } as const;

export function dashboardPlanText(
  { dashboard, action, widgets, why, wayOut }: DashboardPlan,
  paint: Paint,
): string {
  return [
    `${paint(COLOURS[action], action)}  dashboard ${plain(dashboard)} of ${widgets} widgets: ${plain(why)}`,
    ...(wayOut === undefined ? [] : [paint('cyan', `$ ${wayOut}`)]),
  ].join('\n');
}
