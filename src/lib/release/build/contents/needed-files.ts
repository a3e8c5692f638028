import path from 'node:path';

/** Something that has to be in an image, at any of these places. */
export interface Need {
  /** From the image's root, without the leading slash. */
  anyOf: string[];
  /** What a container runtime would say without it: `"curl" is not in its PATH`. */
  fault: string;
  /** Its name, for a program that is looked for in the PATH. */
  program?: string;
}

/** What a command starts from. */
export interface CommandPlace {
  /** Inside the image. */
  workingDirectory: string;
  /** PATH. */
  search: string;
}

/** What a container's health command needs to be in its image, in ECS's own form: `["CMD", …]`. Pure. */
export function neededFiles(command: string[] | undefined, place: CommandPlace): Need[] {
  const [kind = 'NONE', ...words] = command ?? [];
  if (kind === 'NONE') return [];
  if (kind !== 'CMD-SHELL') return programNeeds(kind === 'CMD' ? words : [kind, ...words], place);
  return [...programNeeds(['/bin/sh'], place), ...programNeeds(firstCommand(words.join(' ')), place)];
}

function programNeeds([program, ...args]: string[], place: CommandPlace): Need[] {
  if (program === undefined) return [];
  const script = path.posix.basename(program) === 'node' ? scriptOf(args) : undefined;
  return [programNeed(program, place), ...(script === undefined ? [] : [scriptNeed(script, place)])];
}

function programNeed(program: string, { workingDirectory, search }: CommandPlace): Need {
  if (program.includes('/')) {
    const inside = path.posix.resolve('/', workingDirectory, program);
    return { anyOf: [inside.slice(1)], fault: `there is no ${inside}` };
  }
  const folders = search.split(':').filter((folder) => folder.startsWith('/'));
  const anyOf = folders.map((folder) => path.posix.join(folder, program).slice(1));
  return { anyOf, fault: `"${program}" is not in its PATH`, program };
}

/** Node looks for a script without its extension too, and for a folder's index. */
function scriptNeed(script: string, { workingDirectory }: CommandPlace): Need {
  const inside = path.posix.resolve('/', workingDirectory, script);
  const file = inside.slice(1);
  return { anyOf: [file, `${file}.js`, `${file}/index.js`], fault: `there is no ${inside}` };
}

/** Options of Node with a value of their own, and those that are the program themselves. */
const WITH_VALUE = ['-r', '--require', '--import', '-C', '--conditions', '--env-file'];
const INLINE = ['-e', '--eval', '-p', '--print', '-pe', '-c', '--check', '-'];

function scriptOf(args: string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (INLINE.includes(arg) || /^--(eval|print)=/.test(arg)) return undefined;
    if (WITH_VALUE.includes(arg)) i++;
    else if (!arg.startsWith('-')) return arg;
  }
  return undefined;
}

/** Words that a shell knows by itself. */
const BUILTIN = [
  'test',
  '[',
  ':',
  'true',
  'false',
  'exit',
  'echo',
  'cd',
  'if',
  'while',
  'for',
  '!',
  '{',
  '(',
];

/** The first simple command of a line, where it can be told without being a shell. */
function firstCommand(line: string): string[] {
  const [first = ''] = line.split(/\|\||&&|[;|&\n]/);
  const words = first
    .trim()
    .split(/\s+/)
    .filter((word) => !/^\w+=/.test(word) && word !== 'exec');
  const plain = words.every((word) => /^[\w@%+=:,./-]+$/.test(word) || words.indexOf(word) > 1);
  return plain && !BUILTIN.includes(words[0] ?? '') ? words : [];
}
