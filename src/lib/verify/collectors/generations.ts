import { type Generations, parseGenerations } from '../../fleet/generations.ts';
import { generationsPath } from '../../fleet/identity.ts';
import type { Collector } from '../collector.ts';

/** Which generations of whose identity are mapped: what revocations have left. Without it nobody knows who may come in. */
export type GenerationsEvidence = Generations;

export const generations: Collector<'generations'> = {
  id: 'generations',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const parameter = await aws.ssm.get(generationsPath(fleet.name, fleet.environment.name));
    return parseGenerations(parameter?.value);
  },
};
