import type { Tried, TryPlan } from '../lib/observe/alarms/try-alarm.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { yes: 'green', no: 'red', unknown: 'magenta' } as const;
const WORDS = { yes: 'came', no: 'lost', unknown: 'unknown' };

export function tryPlanText({ alarm, paging, state, subscribers }: TryPlan): string {
  const through = paging === alarm ? '' : `; ${plain(paging)} pages for it`;
  const who = subscribers.map(({ endpoint }) => plain(endpoint)).join(', ');
  return `${plain(alarm)} goes from ${state} to ALARM and back${through}; told are: ${who}`;
}

/** Link after link: the alarm, the topic, each who has subscribed. */
export function triedText(tried: Tried, paint: Paint): string {
  const { outcome, paging, told, arrivals, alarm, state, after = '' } = tried;
  if (outcome === 'dry-run') return `dry run: ${tryPlanText(tried)}`;
  return [
    `${paint(told ? 'green' : 'red', told ? 'told' : 'lost')}  ${plain(paging)} ${told ? 'has told' : 'did not tell'} the topic`,
    ...arrivals.map(
      ({ arrived, endpoint, how }) =>
        `${paint(COLOURS[arrived], WORDS[arrived])}  ${plain(endpoint)}: ${how}`,
    ),
    `${plain(alarm)} was ${state} and is ${after}`,
  ].join('\n');
}
