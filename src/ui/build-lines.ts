import type { BuildEvent } from '../lib/release/build/build.ts';
import type { CheckEvent } from '../lib/release/build/check/check.ts';
import type { PushEvent } from '../lib/release/push/push.ts';
import { bytes } from './bytes.ts';
import { type Paint, plain } from './paint.ts';

/** Digits of a hash that a person compares. */
export const SHORT_HASH = 12;

export function buildLine({ type, service, input, size, layer }: BuildEvent, paint: Paint): string {
  const mark = type === 'built' ? paint('green', 'built    ') : paint('dim', 'unchanged');
  return `${mark}  ${service}  ${input.slice(0, SHORT_HASH)}  ${bytes(layer)} on a base of ${bytes(size - layer)}`;
}

export function checkLines(event: CheckEvent, paint: Paint): string {
  const { service, digest } = event;
  if (event.type === 'checked')
    return `${paint('green', 'checked  ')}  ${service}  ${(event.durationMs / 1000).toFixed(1)} s`;
  const image = digest.replace('sha256:', '').slice(0, SHORT_HASH);
  const lines = event.lines.map((line) => `           | ${plain(line)}`);
  return [
    `${paint('red', 'failed   ')}  ${service}  ${image}  ${event.step}: ${plain(event.message)}`,
    ...lines,
  ].join('\n');
}

export function pushLine(event: PushEvent, paint: Paint): string {
  switch (event.type) {
    case 'warning':
      return `${paint('yellow', 'warning  ')}  ${event.message}\n           $ ${event.next}`;
    case 'created':
      return `${paint('green', 'created  ')}  ${event.service}  ${event.repository}`;
    case 'unchanged':
    case 'pushed': {
      const { type, service, input, sent, mounted } = event;
      const mark = type === 'pushed' ? paint('green', 'pushed   ') : paint('dim', 'unchanged');
      const shared = mounted > 0 ? `, ${bytes(mounted)} there already` : '';
      return `${mark}  ${service}  ${input.slice(0, SHORT_HASH)}  ${bytes(sent)} sent${shared}`;
    }
  }
}
