import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, type TaskMeta } from 'vitest';
import { REPOSITORY } from './definition.ts';
import type { FleetUnderTest } from './fleet-under-test.ts';
import { until } from './until.ts';
import { healed, troubles, type Verified, verify } from './verify.ts';

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
    verify?: {
      said: string[];
      /** Since the fault was made. */
      namedAfterMs: number;
      /** The verify that named it. */
      tookMs: number;
      /** Since the fault was made, until all was well again. */
      wellAfterMs: number;
    };
  }
}

/** A fleet that runs and is well, and is gone when all has been made. @param prepare changes what is to be deployed */
export function onWellFleet(test: FleetUnderTest, prepare: () => void = () => undefined): void {
  beforeAll(async () => {
    prepare();
    await test.start();
    await test.platform.must('autoscale', 'apply', '--yes');
    await healed(test.platform);
  }, 900_000);
  afterAll(() => test.remove());
}

/** Each fault is made on the same fleet, named and nothing else blamed, healed by what was printed, and all is well again. */
export function faultMatrix(test: FleetUnderTest, cases: FaultCase[]): void {
  healAfterFailure(test);
  for (const one of cases)
    it(one.fault, async ({ task }) => {
      const [told] = await namedAndHealed(test, [one]);
      Object.assign(task.meta, { verify: told });
    });
}

/** The same of faults that have nothing to do with each other, all made before one look: each is named, and all heal. */
export function faultsAtOnce(test: FleetUnderTest, cases: FaultCase[]): void {
  describe('several at once', () => {
    healAfterFailure(test);
    let told: Told[] = [];
    beforeAll(async () => {
      told = await namedAndHealed(test, cases);
    }, 900_000);
    cases.forEach(({ fault, says }, i) => {
      it(fault, ({ task }) => {
        expect(told[i]?.said.join('\n')).toMatch(says);
        Object.assign(task.meta, { verify: told[i] });
      });
    });
  });
}

/** So that one that does not heal spoils no more than itself. */
function healAfterFailure({ platform }: FleetUnderTest): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await platform.gsys('local', 'fault', 'heal', '--all');
    await platform.gsys('local', 'up');
    await platform.gsys('tls', 'apply-config', '--yes');
  });
}

type Told = NonNullable<TaskMeta['verify']>;

/** @returns what was said of each */
async function namedAndHealed(test: FleetUnderTest, cases: FaultCase[]): Promise<Told[]> {
  const wanted = await Promise.all(cases.map(({ names }) => (typeof names === 'function' ? names() : names)));
  const madeAt: number[] = [];
  for (const { make } of cases) {
    await make();
    madeAt.push(performance.now());
  }
  const seen = await named(test, wanted.flat(), async () => {
    for (const { keep } of cases) await keep?.();
  });
  const namedAt = performance.now();
  const roots = rootsOf(seen);
  expect(seen.code).toBe(worst(cases.map(({ code }) => code)));
  const told = cases.map((one, i) => {
    const own = roots.filter((root) => wanted[i]?.includes(nameOf(root)));
    expect(own.map(({ message }) => message).join('\n')).toMatch(one.says);
    if (one.mend === undefined) expect(own.flatMap(({ remedy = [] }) => remedy)).not.toEqual([]);
    const said = [...new Set(own.map(sentence))];
    return { said, madeAt: madeAt[i] ?? namedAt };
  });
  for (const line of new Set(roots.flatMap(({ remedy = [] }) => remedy))) await type(test, line);
  for (const { mend } of cases) await mend?.();
  expect((await named(test, [])).code).toBe(0);
  const wellAt = performance.now();
  return told.map(({ said, madeAt: at }) => ({
    ...{ said, namedAfterMs: namedAt - at, tookMs: seen.durationMs },
    wellAfterMs: wellAt - at,
  }));
}

/** Unhealthy comes before unknown. */
function worst(codes: number[]): number {
  return [1, 3].find((code) => codes.includes(code)) ?? 0;
}

/** These tell of the last five and fifteen minutes, whatever is well since. */
const REMEMBERS = /^warn ecs\.(log-errors|stops)\//;

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
        const found = troubles(last).filter((trouble) => !REMEMBERS.test(trouble));
        return found.sort().join() === [...wanted].sort().join() && last;
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
  return `${nameOf({ status, check, subject })}: ${message}`;
}

function nameOf({
  status,
  check,
  subject,
}: Pick<Verified['findings'][number], 'status' | 'check' | 'subject'>): string {
  return `${status} ${check}/${subject.name}`;
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
