import type { Subscribed } from '../lib/observe/alarms/subscribe.ts';
import { type Paint, plain } from './paint.ts';

export function subscribedText(
  { endpoint, topic, outcome, status, protocol }: Subscribed,
  paint: Paint,
): string {
  const name = plain(topic.split(':').at(-1) ?? topic);
  const who = plain(endpoint);
  if (outcome === 'dry-run') return `dry run: would subscribe ${who} (${protocol}) to ${name}`;
  if (outcome === 'nothing-to-do') return `nothing to do: ${who} is subscribed to ${name} and confirmed`;
  return status === 'confirmed'
    ? `${paint('green', 'confirmed')}: ${who} is told of every alarm, by ${name}`
    : `${paint('yellow', 'pending')}: ${who} was sent a link and is told nothing until it was followed`;
}
