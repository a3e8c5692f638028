import { type Override, readOverrides } from '../../release/overrides.ts';
import type { Collector } from '../collector.ts';

/** What people have decided against the definition, by service. */
export type OverridesEvidence = Record<string, Override>;

export const overrides: Collector<'overrides'> = {
  id: 'overrides',
  budget: 15_000,
  collect: async ({ fleet, aws }) => Object.fromEntries(await readOverrides(aws.ssm, fleet)),
};
