import type { Collector } from '../collector.ts';

export interface AccountEvidence {
  account: string;
  /** Of whoever asks. */
  arn: string;
}

/** Throws on another account than the environment's: what is read there says nothing about this fleet. */
export const account: Collector<'account'> = {
  id: 'account',
  budget: 15_000,
  collect: ({ aws }) => aws.checkAccount(),
};
