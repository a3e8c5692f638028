import type { PlannedTurnOn } from '../lib/tls/turn-on.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';
import { configDifferences } from './tls-config.ts';

/** Where each node stands, the steps from there, and who would be locked out at the end of them. */
export function turnOnPlanText({ to, nodes, steps, first, unready }: PlannedTurnOn, paint: Paint): string {
  const rows = nodes.map(({ node, file, loaded }) => [
    plain(node),
    loaded ?? paint('red', 'on no rung'),
    file === loaded ? '' : paint('yellow', `its file is ${file ?? 'on no rung'}`),
  ]);
  const words = steps.map(
    ({ from, to, how, nodes }) => `${from} -> ${to}: ${how} ${plain(nodes.join(', '))}`,
  );
  return [
    table(['NODE', 'RUNS AS', ''], rows),
    '',
    ...(words.length === 0 ? [`all nodes are ${to}`] : words),
    ...configDifferences(first, paint),
    ...(unready === undefined
      ? []
      : ['', unready.length === 0 ? paint('green', 'all who are connected are ready to be mapped') : '']),
    ...(unready ?? []).map((line) => `${paint('yellow', 'not ready')}  ${plain(line)}`),
  ].join('\n');
}
