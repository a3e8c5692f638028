import type { AppliedConfig } from '../lib/tls/apply-config.ts';
import type { PlannedNode } from '../lib/tls/config/plan-config.ts';
import type { PermissionReport } from '../lib/tls/config/prove-permissions.ts';
import type { ConfigStep } from '../lib/tls/config/steps.ts';
import { type Paint, plain } from './paint.ts';
import type { Progress } from './progress.ts';
import { table } from './table.ts';

const COLOURS = { none: 'dim', reload: 'green', restart: 'yellow', start: 'red' } as const;

/** Each node with what is to happen to it; then the difference, once for all nodes that share it. */
export function configPlanText(plan: PlannedNode[], paint: Paint): string {
  const rows = plan.map((one) => [paint(COLOURS[one.action], one.action), plain(one.node), whyOf(one)]);
  return [
    table(['ACTION', 'NODE', 'WHY'], rows),
    ...configDifferences(plan, paint),
    '',
    ...plan.flatMap(({ node, findings }) =>
      findings.map((finding) => `${paint('yellow', 'now')}  ${plain(node)}: ${plain(finding)}`),
    ),
    `${plan.filter(({ action }) => action !== 'none').length} of ${plan.length} nodes differ`,
  ].join('\n');
}

function whyOf({ action, changes, foreign, install }: PlannedNode): string {
  if (foreign !== undefined) return `compared by lines: ${plain(foreign)}`;
  if (install) return changes.length === 1 ? '1 setting differs' : `${changes.length} settings differ`;
  if (action === 'none') return 'as defined, and loaded';
  return action === 'restart' ? 'as defined; restarted all the same' : 'as defined, and not loaded';
}

/** Lines of a list that are shown. */
const SHOWN = 12;

/** The difference, once for all nodes that share it. */
export function configDifferences(plan: PlannedNode[], paint: Paint): string[] {
  const groups = new Map<string, { nodes: string[]; changes: PlannedNode['changes'] }>();
  for (const { node, changes } of plan.filter((one) => one.changes.length > 0)) {
    const key = JSON.stringify(changes);
    const group = groups.get(key) ?? { nodes: [], changes };
    group.nodes.push(node);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ nodes, changes }) => [
    '',
    paint('bold', plain(nodes.join(', '))),
    ...changes.flatMap(({ setting, removed, added, effect }) => [
      `  ${plain(setting)}  ${paint(COLOURS[effect], effect)}`,
      ...shown(removed).map((word) => `    ${paint('red', `- ${plain(word)}`)}`),
      ...shown(added).map((word) => `    ${paint('green', `+ ${plain(word)}`)}`),
    ]),
  ]);
}

function shown(words: string[]): string[] {
  return words.length <= SHOWN ? words : [...words.slice(0, SHOWN), `and ${words.length - SHOWN} more`];
}

/** What a person is told while configurations are brought. */
export function showConfigStep(step: ConfigStep, progress: Progress, paint: Paint, verbose: boolean): void {
  if (step.type === 'planned') progress.note(configPlanText(step.plan, paint));
  else if (step.type === 'locked') progress.step('working');
  else if (step.type === 'trying') progress.step(`permissions of ${step.users} users`);
  else if (step.type === 'permissions') {
    if (verbose || step.wrong.length > 0 || step.untried !== undefined)
      progress.note(permissionText(step, paint));
  } else if (step.type === 'proved') progress.done(`${plain(step.node)}: ${plain(step.detail)}`);
  else if (step.type === 'went-back') progress.note(`${plain(step.node)} goes back: ${plain(step.detail)}`);
  else if (step.type === 'waiting') progress.update(`${plain(step.node)}: waiting, ${plain(step.detail)}`);
  else progress.step(`${plain(step.node)}: ${step.type}`);
}

function permissionText(report: PermissionReport, paint: Paint): string {
  const { holder, untried, allowed, refused, nodes, endpoints, believed, wrong } = report;
  if (untried !== undefined) return `${paint('magenta', 'not tried')}  ${plain(holder)}: ${plain(untried)}`;
  const tried = `${allowed} allowed and ${refused} refused tries at ${nodes.length} nodes`;
  const seen = endpoints.of === 0 ? '' : `, ${endpoints.held} of ${endpoints.of} endpoints held by its tasks`;
  return [
    `${wrong.length === 0 ? paint('green', 'as defined') : paint('red', 'otherwise')}  ${plain(holder)}: ${tried}${seen}, ${believed} subjects not tried`,
    ...wrong.map((line) => `  ${paint('red', plain(line))}`),
  ].join('\n');
}

/** How it ended, and what of everybody's permissions was seen and what was not. */
export function appliedConfigText(
  { outcome, changed, permissions }: Pick<AppliedConfig, 'outcome' | 'changed' | 'permissions'>,
  paint: Paint,
): string {
  const tried = permissions.filter(({ untried }) => untried === undefined);
  const sum = (of: (report: PermissionReport) => number) =>
    permissions.reduce((total, report) => total + of(report), 0);
  return [
    `${paint('green', outcome.replaceAll('-', ' '))}: ${changed.length} nodes changed`,
    `permissions of ${tried.length} of ${permissions.length} users were tried both ways; ${sum(({ endpoints }) => endpoints.held)} of ${sum(({ endpoints }) => endpoints.of)} endpoints are seen held by tasks`,
    `${sum(({ believed }) => believed)} subjects were not tried, because that would be real: the servers have loaded the configuration that allows them`,
  ].join('\n');
}
