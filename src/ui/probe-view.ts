import type { LayerResult } from '../lib/probe/climb.ts';
import type { Bucket } from '../lib/probe/latency.ts';
import type { ProbeReport, Rounds } from '../lib/probe/report.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';
import { wrap } from './wrap.ts';

/** Every layer with its time; of the one that failed what that means, whose it is and what to type. 80 columns. */
export function probeText(report: ProbeReport, paint: Paint): string {
  const { target, through, address, layers, passedOver, rounds } = report;
  const over = through === undefined ? address : `through ${through}, ${address}`;
  return [
    `${paint('bold', plain(target))}  ${paint('dim', plain(over))}`,
    passedOver
      .map(({ name, layer, why }) => noted(`${name} was passed over: ${layer}: ${why}`, paint))
      .join('\n'),
    layers.map((layer) => layerText(layer, paint)).join('\n'),
    failureText(report, paint),
    rounds.asked > 1 ? roundsText(rounds, paint) : '',
    verdictText(report, paint),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Columns of a terminal that nobody has widened. */
const WIDTH = 80;
const COLOURS = { pass: 'green', fail: 'red', unknown: 'magenta', skip: 'dim' } as const;
/** Columns before what was seen. */
const INDENT = 34;

function layerText({ layer, status, ms, saw }: LayerResult, paint: Paint): string {
  const time = status === 'skip' ? '' : milliseconds(ms);
  const start = `${paint(COLOURS[status], status.padEnd(9))}${layer.padEnd(12)}${time.padStart(10)}   `;
  const [first = '', ...rest] = within(plain(saw), WIDTH - INDENT);
  return [start + first, ...rest.map((line) => ' '.repeat(INDENT) + line)].join('\n');
}

/** Lines of what somebody else may have said at length; `--json` has it all. */
const MOST_LINES = 6;

function within(text: string, columns: number): string[] {
  const lines = wrap(text, columns).flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []);
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), '…'];
}

const SIDES = {
  here: 'on our side',
  there: 'on its side',
  between: 'between us and it',
};

function failureText({ failure }: ProbeReport, paint: Paint): string {
  if (failure === undefined) return '';
  const { layer, means, side, next } = failure;
  return [
    ...wrap(plain(means), WIDTH),
    `To be mended ${paint('bold', SIDES[side])}, at ${layer}.`,
    ...next.map((command) => (/^add |^use /.test(command) ? command : paint('cyan', `$ ${plain(command)}`))),
  ].join('\n');
}

function noted(text: string, paint: Paint): string {
  return within(plain(text), WIDTH)
    .map((line) => paint('yellow', line))
    .join('\n');
}

function roundsText({ failures, latency, histogram }: Rounds, paint: Paint): string {
  const rows = latency.map(({ layer, latency: { min, p50, p95, p99, max } }) => [
    layer,
    ...[min, p50, p95, p99, max].map((ms) => milliseconds(ms).padStart(10)),
  ]);
  const head = ['layer', ...['min', 'p50', 'p95', 'p99', 'max'].map((name) => name.padStart(10))];
  return [
    ...failures.map(({ layer, kind, count }) => `${paint('red', String(count))} failed at ${layer}: ${kind}`),
    ...(rows.length === 0 ? [] : [table(head, rows)]),
    ...(histogram.length === 0 ? [] : ['', ...histogramLines(histogram)]),
  ].join('\n');
}

const BAR = 40;

function histogramLines(histogram: Bucket[]): string[] {
  const most = Math.max(...histogram.map(({ count }) => count));
  return histogram.map(({ from, to, count }) => {
    const bar = '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((BAR * count) / most)));
    return `${String(from).padStart(8)} – ${`${to} ms`.padEnd(10)} ${bar.padEnd(BAR)} ${count}`.trimEnd();
  });
}

function verdictText({ verdict, failure, layers, rounds, target }: ProbeReport, paint: Paint): string {
  const times = rounds.asked === 1 ? '' : ` in ${rounds.asked - rounds.failed} of ${rounds.asked} rounds`;
  if (verdict === 'ok') {
    const passed = layers.filter(({ status }) => status === 'pass').length;
    return `${plain(target)} is ${paint('green', 'well')}${times}: ${passed} layers`;
  }
  if (verdict === 'unknown')
    return `${plain(target)} could ${paint('magenta', 'not be judged')}: ${failure?.layer}`;
  const well = rounds.asked === 1 ? '' : `, well${times}`;
  return `${plain(target)} ${paint('red', 'fails')} at ${failure?.layer}: ${failure?.kind}${well}`;
}

function milliseconds(ms: number): string {
  return `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
