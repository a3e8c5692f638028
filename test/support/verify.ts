import type { Platform } from './platform.ts';
import { until } from './until.ts';

export interface Verified {
  code: number | undefined;
  verdict: string;
  findings: {
    check: string;
    status: string;
    message: string;
    subject: { kind: string; name: string };
    causedBy?: string;
  }[];
  apiCalls: Record<string, number>;
}

export async function verify(fleet: Platform, ...args: string[]): Promise<Verified> {
  const { code, stdout } = await fleet.gsys('verify', '--json', ...args);
  return { code, ...(JSON.parse(stdout) as Omit<Verified, 'code'>) };
}

/** `fail nats.reach/nats-3` of everything that is bad in itself. */
export function troubles({ findings }: Verified): string[] {
  return findings
    .filter(({ status, causedBy }) => status !== 'pass' && status !== 'skip' && causedBy === undefined)
    .map(({ status, check, subject }) => `${status} ${check}/${subject.name}`);
}

/** Several stops of one service are flapping for two minutes. */
export function healed(fleet: Platform, ...args: string[]): Promise<Verified> {
  return until(
    'verify is content again',
    async () => {
      const seen = await verify(fleet, ...args);
      return seen.code === 0 && seen;
    },
    170_000,
  );
}
