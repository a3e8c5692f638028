import { plain } from './paint.ts';

/** Commands that take as many names as there are. */
const TAKE_MANY = [
  'gsys deploy',
  'gsys logs',
  'gsys restart',
  'gsys rollback',
  'gsys scale',
  'gsys service enable',
  'gsys autoscale apply',
  'gsys alarms apply',
];

/** The same for several names, typed once; in the order in which they came first. Pure. */
export function joinedCommands(commands: readonly string[]): string[] {
  const names = new Map<string, string[]>();
  for (const command of commands) {
    const end = command.lastIndexOf(' ');
    const start = command.slice(0, end);
    const [key, name] = TAKE_MANY.includes(start) ? [start, command.slice(end + 1)] : [command, undefined];
    const own = names.get(key) ?? [];
    names.set(key, own);
    if (name !== undefined && !own.includes(name)) own.push(name);
  }
  return [...names].map(([start, own]) => [start, ...own].join(' '));
}

/** A command as lines of a terminal, to be copied as they are: a long one goes on after a backslash. */
export function commandLines(command: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '$';
  for (const word of plain(command).split(' ')) {
    // Room for the backslash.
    if (line !== '$' && line.length + 1 + word.length > columns - 2) {
      lines.push(`${line} \\`);
      line = ' ';
    }
    line = `${line} ${word}`;
  }
  return [...lines, line];
}
