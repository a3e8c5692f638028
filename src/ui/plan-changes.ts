import type { Change, ChangeKind } from '../lib/release/plan/change.ts';
import { type Paint, plain } from './paint.ts';
import { wrap } from './wrap.ts';

const TITLES: Record<ChangeKind, string> = {
  image: 'image',
  environment: 'env',
  secret: 'secret',
  size: 'size',
  health: 'health',
  count: 'tasks',
  network: 'network',
  rollout: 'rollout',
  other: 'other',
};
const KINDS = Object.keys(TITLES) as ChangeKind[];

const WIDTH = 80;
const TITLE = 10;

/** What changes of a service, grouped by what it is about; at most 80 columns. */
export function changeLines(changes: Change[], paint: Paint): string[] {
  return KINDS.flatMap((kind) =>
    changes
      .filter((change) => change.kind === kind)
      .flatMap((change, i) => oneChange(i === 0 ? TITLES[kind] : '', change, paint)),
  );
}

/** What a service that is new starts with; its variables by name, as its secrets. */
export function startLines(changes: Change[]): string[] {
  const of = (kind: ChangeKind) => changes.filter((change) => change.kind === kind);
  const valued = (kind: ChangeKind) =>
    of(kind).map((change) => `${nameOf(change)} ${shown(change.to)}`.trim());
  const names = (kind: ChangeKind) => of(kind).map(nameOf).join(', ');
  const rows: [ChangeKind, string][] = [
    [
      'image',
      of('image')
        .map(({ to }) => shortImage(to))
        .join(', '),
    ],
    ['environment', names('environment')],
    ['secret', names('secret')],
    // Of the task; its containers share that.
    [
      'size',
      valued('size')
        .filter((text) => !text.startsWith('container.'))
        .join(', '),
    ],
    ['health', valued('health').join(', ')],
    [
      'count',
      of('count')
        .map(({ to }) => shown(to))
        .join(),
    ],
  ];
  return rows.flatMap(([kind, text]) =>
    wrap(text, WIDTH - TITLE - 3).map((line, i) => `${head(i === 0 ? TITLES[kind] : '')}${line}`),
  );
}

/** On one line where it fits; else what was and what will be under each other. */
function oneChange(title: string, change: Change, paint: Paint): string[] {
  const name = nameOf(change);
  const [from, to] =
    change.kind === 'image' ? imagePair(change) : ([shown(change.from), shown(change.to)] as const);
  const start = head(title) + (name === '' ? '' : `${name}  `);
  if (start.length + from.length + to.length + ' -> '.length <= WIDTH)
    return [`${start}${paint('red', from)} -> ${paint('green', to)}`];
  return [
    start.trimEnd(),
    ...pieces(from).map((piece, i) => paint('red', `${i === 0 ? '    - ' : '      '}${piece}`)),
    ...pieces(to).map((piece, i) => paint('green', `${i === 0 ? '    + ' : '      '}${piece}`)),
  ].filter((line) => line !== '');
}

function head(title: string): string {
  return `  ${title.padEnd(TITLE)} `;
}

/** What is said by the title needs no second word. */
const PREFIXES = [
  /^container\.[^.]+\.(image$|environment\.|secrets\.|healthCheck\.)/,
  /^container\.[^.]+\.(?=logConfiguration|portMappings)/,
  /^networkConfiguration\.awsvpcConfiguration\./,
  /^deploymentConfiguration\./,
  /^desiredCount$/,
];

function nameOf({ path }: Change): string {
  const prefix = PREFIXES.find((pattern) => pattern.test(path));
  return plain(prefix === undefined ? path : path.replace(prefix, ''));
}

function shown(value: unknown): string {
  if (value === null) return 'absent';
  if (value === '') return '""';
  const text = Array.isArray(value) ? value.map((item) => String(item)).join(' ') : String(value);
  return plain(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
}

/** Where only the digest is another, its beginning is enough. */
function imagePair({ from, to }: Change): readonly [string, string] {
  const [was, is] = [String(from).split('@'), String(to).split('@')];
  return was[0] === is[0] ? [shortImage(from), shortImage(to)] : [shown(from), shown(to)];
}

/** Digits of a digest that a person compares. */
const DIGITS = 12;

function shortImage(image: unknown): string {
  const digest = String(image).split('@').at(-1) ?? '';
  return plain(digest.replace(/^(sha256:[0-9a-f]+)$/, (whole) => whole.slice(0, 'sha256:'.length + DIGITS)));
}

/** Lines that a value may take; the JSON has all of it. */
const MOST = 4;

function pieces(text: string): string[] {
  const width = WIDTH - 6;
  const all = Array.from({ length: Math.ceil(text.length / width) }, (_, i) =>
    text.slice(i * width, (i + 1) * width),
  );
  if (all.length <= MOST) return all;
  return [...all.slice(0, MOST - 1), `… and ${text.length - (MOST - 1) * width} characters more: --json`];
}
