import type { BuildEvent } from '../lib/release/build/build.ts';
import type { PushEvent } from '../lib/release/push/push.ts';
import { bytes } from './bytes.ts';
import type { Paint } from './paint.ts';

/** Digits of a hash that a person compares. */
export const SHORT_HASH = 12;

export function buildLine({ type, service, input, size, layer }: BuildEvent, paint: Paint): string {
  const mark = type === 'built' ? paint('green', 'built    ') : paint('dim', 'unchanged');
  return `${mark}  ${service}  ${input.slice(0, SHORT_HASH)}  ${bytes(layer)} on a base of ${bytes(size - layer)}`;
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
