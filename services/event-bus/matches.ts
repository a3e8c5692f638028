import { covers } from './patterns.ts';
import type { Subscription } from './registry.ts';

/** Does the subscription want this event? */
export function matches(
  { routes, filters }: Pick<Subscription, 'routes' | 'filters'>,
  subject: string,
  metadata: Record<string, string>,
): boolean {
  return routes.some(({ filter }) => covers(filter, subject)) && hasAll(metadata, filters);
}

export function hasAll(metadata: Record<string, string>, filters: Record<string, string>): boolean {
  return Object.entries(filters).every(([key, value]) => metadata[key] === value);
}
