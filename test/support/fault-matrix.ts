import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, it, type TaskMeta } from 'vitest';
import { REPOSITORY } from './definition.ts';
import type { FleetUnderTest } from './fleet-under-test.ts';
import { until } from './until.ts';
import { troubles, type Verified, verify } from './verify.ts';

/** A row of the fault matrix. */
export interface FaultCase {
  fault: string;
  /** Behind gsys's back, or by `gsys local fault`. */
  make(): Promise<unknown>;
  /** Before each look, until it is named: makes again what would have mended itself meanwhile. */
  keep?(): Promise<unknown>;
  /** All that verify is to find bad in itself: `fail nats.reach/nats-4`. */
  names: string[] | (() => Promise<string[]>);
  /** What one of these has to say. */
  says: RegExp;
  code: number;
  /** Ends what no command of ours can, once everything was typed that was printed. */
  mend?(): Promise<unknown>;
}

/** What scripts/faults.mjs writes into docs/faults.md of a test. */
declare module 'vitest' {
  interface TaskMeta {
    verify?: { said: string[]; namedAfterMs: number; tookMs: number };
  }
}

/** Each fault is made on the same fleet, named and nothing else blamed, healed by what was printed, and all is well again. */
export function faultMatrix(test: FleetUnderTest, cases: FaultCase[]): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await test.platform.gsys('local', 'fault', 'heal', '--all');
  });
  for (const { fault, ...one } of cases)
    it(fault, async ({ task }) => {
      task.meta.verify = await namedAndHealed(test, one);
    });
}

/** @returns what was said; of a fault that was named and does not heal there is nothing to tell */
async function namedAndHealed(
  test: FleetUnderTest,
  { make, keep, names, says, code, mend }: Omit<FaultCase, 'fault'>,
): Promise<NonNullable<TaskMeta['verify']>> {
  const wanted = typeof names === 'function' ? await names() : names;
  await make();
  const madeAt = performance.now();
  const seen = await named(test, wanted, keep);
  const namedAfterMs = performance.now() - madeAt;
  const roots = rootsOf(seen);
  expect(seen.code).toBe(code);
  expect(roots.map(({ message }) => message).join('\n')).toMatch(says);
  const lines = [...new Set(roots.flatMap(({ remedy = [] }) => remedy))];
  if (mend === undefined) expect(lines).not.toEqual([]);
  for (const line of lines) await type(test, line);
  await mend?.();
  expect((await named(test, [])).verdict).toBe('healthy');
  return { said: [...new Set(roots.map(sentence))], namedAfterMs, tookMs: seen.durationMs };
}

/** Milliseconds: a busy machine brings evidence late, and a cluster needs some time to be one again. */
const PATIENCE = 150_000;

/** @returns what was seen once these are all that is bad in itself */
async function named(
  { platform }: FleetUnderTest,
  wanted: string[],
  keep?: () => Promise<unknown>,
): Promise<Verified> {
  let last: Verified | undefined;
  try {
    return await until(
      `verify names ${wanted.join(', ') || 'nothing'}, and no other`,
      async () => {
        await keep?.();
        last = await verify(platform);
        return troubles(last).sort().join() === [...wanted].sort().join() && last;
      },
      PATIENCE,
    );
  } catch (error) {
    throw new Error(
      `${(error as Error).message}; last: ${(last ? rootsOf(last) : []).map(sentence).join('\n')}`,
    );
  }
}

function rootsOf({ findings }: Verified): Verified['findings'] {
  return findings.filter(
    ({ status, causedBy }) => status !== 'pass' && status !== 'skip' && causedBy === undefined,
  );
}

function sentence({ status, check, subject, message }: Verified['findings'][number]): string {
  return `${status} ${check}/${subject.name}: ${message}`;
}

/** These ask nothing before they act, or only look. */
const ASKS_NOTHING = /^gsys (local|logs|plan|probe|releases|status|verify|alarms list|streams plan)\b/;

/** As a shell would take it; what would be asked is answered with yes, and what is printed to be typed next, is. */
async function type({ platform, definition }: FleetUnderTest, line: string): Promise<void> {
  const answer = line.startsWith('gsys ') && !ASKS_NOTHING.test(line) ? ' --yes' : '';
  const { exitCode, stdout, stderr } = await execa(`${line}${answer}`, {
    shell: true,
    cwd: definition.root,
    env: { ...platform.env, NO_COLOR: '1', PATH: `${commandFolder(platform.home)}:${process.env.PATH}` },
    reject: false,
    stdin: 'ignore',
  });
  expect({ line, exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
  const [, next] = /^heal it with: (gsys .*)$/m.exec(stdout) ?? [];
  if (next !== undefined) await type({ platform, definition } as FleetUnderTest, next);
}

/** @returns a folder with `gsys`, as PATH has it where it is installed */
function commandFolder(home: string): string {
  const folder = path.join(home, 'bin');
  const command = path.join(folder, 'gsys');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    command,
    `#!/bin/sh\nexec "${process.execPath}" "${path.join(REPOSITORY, 'bin/run.js')}" "$@"\n`,
  );
  chmodSync(command, 0o755);
  return folder;
}

/** For `keep`: the nodes are down, though their keeper starts them again after a while. */
export function downAgain({ platform, inject }: FleetUnderTest, ...names: string[]): () => Promise<void> {
  return async () => {
    const { nats, redis } = await platform.status();
    for (const { name, pid } of [...nats, ...redis])
      if (names.includes(name) && pid !== undefined)
        await inject('kill', `${name.startsWith('nats') ? 'nats' : 'redis'}/${name}`);
  };
}
