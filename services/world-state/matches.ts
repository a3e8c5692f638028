import type { Entity } from './entity.ts';

export interface Filter {
  /** One of them; none means any. */
  types: string[];
  /** Each of them. */
  tags: string[];
}

export function matches({ type, tags }: Pick<Entity, 'type' | 'tags'>, filter: Filter): boolean {
  const isWanted = filter.types.length === 0 || filter.types.includes(type);
  return isWanted && filter.tags.every((tag) => tags.includes(tag));
}
