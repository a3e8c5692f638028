import type { Environment } from '../fleet/fleet.ts';
import type { Judgement } from './check.ts';

/** What mends a server of the embedded platform; elsewhere that is nothing to type. */
export function localRemedy({ platform }: Pick<Environment, 'platform'>): Pick<Judgement, 'remedy'> {
  return platform === 'embedded' ? { remedy: ['gsys local status', 'gsys local up'] } : {};
}
