import type {
  DeployEvent,
  PlannedService,
  ProgressStep,
  ResultStep,
  RolledBackStep,
} from '../lib/release/events.ts';
import { type Paint, plain } from './paint.ts';
import { stoppedTaskLines } from './stopped-task.ts';

/** What a person is told of one event; nothing for those that only machines care about. */
export function deployText(event: DeployEvent, paint: Paint): string[] {
  switch (event.type) {
    case 'planned':
      return event.services.flatMap((service) => planLines(service, paint));
    case 'locked':
      return [`${paint('dim', 'release')} ${event.release}`];
    case 'wave-started':
      return [`${paint('cyan', waveName(event))}  ${event.services.join(', ')}`];
    case 'registered':
      return [`${event.service}  registered ${shortArn(event.taskDefinition)}`];
    case 'updated':
      return [`${event.service}  ${event.created ? 'created' : 'updated'}`];
    case 'rolled-back':
      return [rolledBackLine(event, paint)];
    case 'gate-passed':
      return [`${paint('green', 'pass')} ${event.gate}: ${plain(event.detail)}`];
    case 'gate-failed':
      return [`${paint('red', 'fail')} ${event.gate}: ${event.service ?? ''} ${plain(event.detail)}`];
    case 'progress':
      return event.stopped === undefined
        ? []
        : stoppedTaskLines(event.stopped, paint).map((line) => `${event.service}  ${line}`);
    default:
      return [];
  }
}

/** `canary, wave 1 of 6` */
export function waveName({ wave, of, canary }: { wave: number; of: number; canary: boolean }): string {
  return `${canary ? 'canary, ' : ''}wave ${wave} of ${of}`;
}

function rolledBackLine({ service, reason, to, proven }: RolledBackStep, paint: Paint): string {
  if (to === undefined) return `${service}  ${paint('red', 'not brought back')}: ${plain(reason)}`;
  const [style, text] = proven ? (['yellow', 'back on'] as const) : (['red', 'not proved back on'] as const);
  return `${service}  ${paint(style, text)} ${shortArn(to)}: ${plain(reason)}`;
}

/** What is going on, in the one line that moves. */
export function progressText({ service, status, running, desired }: ProgressStep): string {
  return `${service} ${running}/${desired} ${status.toLowerCase().replaceAll('_', ' ')}`;
}

const MARKS = {
  deployed: ['green', 'deployed'],
  'rolled-back': ['yellow', 'rolled back'],
  failed: ['red', 'failed'],
  untouched: ['dim', 'untouched'],
} as const;

/** The result: one line a service, then the verdict. */
export function resultText(result: ResultStep, paint: Paint): string[] {
  const lines = result.services.map(({ service, outcome, from, to, reason }) => {
    const [style, text] = MARKS[outcome];
    const change = to !== undefined && to !== from ? `  ${shortArn(from)} -> ${shortArn(to)}` : '';
    return `${paint(style, text)}  ${service}${change}${reason ? `  ${plain(reason)}` : ''}`;
  });
  const why = result.reason === undefined ? '' : ` (${result.reason})`;
  return [...lines, `${result.outcome.replaceAll('-', ' ')}${why}`];
}

const ACTIONS = { create: 'green', update: 'yellow', prove: 'cyan', unchanged: 'dim' } as const;
/** Of a service's reasons; the JSON has all of them. */
const REASONS_SHOWN = 8;

function planLines({ service, action, reasons }: PlannedService, paint: Paint): string[] {
  const shown = reasons.slice(0, REASONS_SHOWN).map((reason) => `    ${plain(reason)}`);
  const more = reasons.length - shown.length;
  return [
    `${paint(ACTIONS[action], action)}  ${service}`,
    ...shown,
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

/** `settings-nats:3` */
export function shortArn(arn = 'nothing'): string {
  return arn.split('/').at(-1) ?? arn;
}
