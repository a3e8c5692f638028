import type { JsonObject } from '@bufbuild/protobuf';
import { invalid, someOf } from '../sdk/fields.ts';
import { fieldsOf } from '../sdk/json-fields.ts';
import type { Circumstances } from './harvest.ts';

/** Hours. */
const LONGEST_DEAD = 1_000;

/** Each once, sorted: in whatever order they are named, they are the same. @throws ServiceError INVALID_ARGUMENT */
export function setOf(
  field: string,
  items: string[],
  most: number,
  check: (field: string, item: string) => string,
): string[] {
  const sorted = someOf(field, items, most)
    .map((item, i) => check(`${field}[${i}]`, item))
    .sort();
  if (new Set(sorted).size < sorted.length) throw invalid(`${field} has one of them twice.`);
  return sorted;
}

/** @throws ServiceError INVALID_ARGUMENT */
export function circumstancesFrom(context: JsonObject = {}): Circumstances {
  const own = fieldsOf('context', context, ['hours_since_death', 'condition', 'consented']);
  return {
    hoursSinceDeath: own.number('hours_since_death', 0, LONGEST_DEAD) ?? 0,
    condition: own.number('condition', 0, 1) ?? 1,
    consented: own.flag('consented') ?? false,
  };
}
