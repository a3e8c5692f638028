import type { Platform } from './platform.ts';
import { until } from './until.ts';

export interface Verified {
  code: number | undefined;
  verdict: string;
  durationMs: number;
  findings: {
    check: string;
    status: string;
    message: string;
    subject: { kind: string; name: string };
    causedBy?: string;
    remedy?: string[];
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

/** Several stops of one service are flapping for two minutes, and a busy machine brings evidence late. */
export async function healed(fleet: Platform, ...args: string[]): Promise<Verified> {
  let seen: Verified | undefined;
  try {
    return await until(
      'verify is content',
      async () => {
        seen = await verify(fleet, ...args);
        return seen.code === 0 && seen;
      },
      220_000,
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}; last: ${JSON.stringify(seen && told(seen))}`);
  }
}

const told = (seen: Verified) => ({
  verdict: seen.verdict,
  findings: seen.findings
    .filter(({ status }) => status !== 'pass' && status !== 'skip')
    .map(({ status, check, subject, message }) => `${status} ${check}/${subject.name}: ${message}`),
});
