import type { FoundStream, PlannedStream, StreamsPlan } from '../lib/streams/plan.ts';
import { bytes } from './bytes.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = {
  create: 'green',
  update: 'yellow',
  unchanged: 'dim',
  refused: 'red',
  unknown: 'magenta',
} as const;

/** Every stream with what it holds, what would change under it; then what is in no definition. */
export function streamsPlanText({ streams, others }: StreamsPlan, paint: Paint): string {
  const rows = [
    ...streams.map(({ stream, action, found }) => [
      paint(COLOURS[action], action),
      plain(stream),
      ...holds(found, paint),
    ]),
    ...others.map((other) => [paint('magenta', 'not ours'), plain(other.stream), ...holds(other, paint)]),
  ];
  const count = (...actions: PlannedStream['action'][]) =>
    streams.filter(({ action }) => actions.includes(action)).length;
  const [differing, unknown] = [count('create', 'update', 'refused'), count('unknown')];
  return [
    table(['ACTION', 'STREAM', 'MESSAGES', 'SIZE', 'CONSUMERS', 'LEADER'], rows),
    ...streams.flatMap((stream) => details(stream, paint)),
    ...others.map(({ stream, subjects }) =>
      plain(`${stream} (${subjects.join(' ')}) is in no definition; it is left alone`),
    ),
    `${differing} of ${streams.length} streams differ${unknown === 0 ? '' : `, of ${unknown} nothing is known`}`,
  ].join('\n');
}

function holds(found: FoundStream | undefined, paint: Paint): string[] {
  if (found === undefined) return ['-', '-', '-', '-'];
  const { messages, bytes: size, consumers, leader } = found;
  return [
    String(messages),
    bytes(size),
    String(consumers),
    leader === null ? paint('red', 'none') : plain(leader),
  ];
}

function details(
  { stream, action, subjects, changes, refused, trouble }: PlannedStream,
  paint: Paint,
): string[] {
  const lines = [
    // Of a stream that is new, everything is.
    ...(action === 'create' ? [`for ${subjects.join(' ')}`] : changes),
    ...refused.map((why) => `${paint('red', 'refused')} ${plain(why)}`),
    ...(trouble === undefined ? [] : [paint('red', trouble)]),
  ];
  return lines.map((line) => `${plain(stream)}  ${line}`);
}
