import type { BuildEvent } from '../lib/release/build/build.ts';
import type { PushEvent } from '../lib/release/push.ts';
import { bytes } from './bytes.ts';
import type { Paint } from './paint.ts';

/** Digits of a hash that a person compares. */
export const SHORT_HASH = 12;

export function buildLine({ type, service, input, size }: BuildEvent, paint: Paint): string {
  const mark = type === 'built' ? paint('green', 'built    ') : paint('dim', 'unchanged');
  return `${mark}  ${service}  ${input.slice(0, SHORT_HASH)}  ${bytes(size)}`;
}

export function pushLine({ type, service, input, sent }: PushEvent, paint: Paint): string {
  const mark = type === 'pushed' ? paint('green', 'pushed   ') : paint('dim', 'unchanged');
  return `${mark}  ${service}  ${input.slice(0, SHORT_HASH)}  ${bytes(sent)} sent`;
}
