// What a release costs, and whether anybody notices it: `node bench/releases.mjs` measures this alone, against a platform
// that is up, deployed and verified.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lastEvent, ROOT, run } from './fleet.mjs';

const LOAD = join(ROOT, 'bench/steady-load.mjs');
/** A second, besides everything that two cores have to do to start 46 processes. */
const RATE = 50;

/**
 * From a copy of the definition: nothing changed, one line of one service changed, one line of every task definition
 * changed while every service is asked all the time.
 * @returns of each: milliseconds and AWS calls; of the last also how many requests were answered and lost
 */
export async function measureReleases(env) {
  const folder = copyDefinition();
  const gsys = (...args) => {
    const { ms, stdout } = run(args, folder, env);
    const result = lastEvent(stdout);
    if (!['succeeded', 'nothing-to-do'].includes(result.outcome)) throw new Error(stdout);
    return { ms, ...result };
  };
  try {
    const unchanged = gsys('deploy', '--yes', '--json');
    appendFileSync(join(folder, 'services/settings/main.ts'), "console.log('one line more');\n");
    for (const command of ['build', 'push']) run([command, 'settings'], folder, env);
    const line = gsys('deploy', '--yes', '--json');
    for (const name of ['nats-service', 'gateway']) {
      const file = join(folder, `templates/task-defs/${name}.json`);
      const more = '"environment": [{ "name": "BENCH", "value": "1" },';
      writeFileSync(file, readFileSync(file, 'utf8').replace('"environment": [', more));
    }
    const load = await steadyLoad(folder, env);
    const all = await spawned(['deploy', '--yes', '--json'], folder, env);
    return { unchanged, line, all: { ...all, ...(await load.end()) } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyDefinition() {
  const folder = mkdtempSync(join(tmpdir(), 'gsys-releases-'));
  for (const path of ['gsys.yaml', 'package.json', 'services', 'templates', 'proto'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function steadyLoad(folder, env) {
  const child = spawn(process.execPath, ['--import', 'tsx', LOAD, folder, String(RATE)], {
    ...{ cwd: ROOT, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return {
    async end() {
      child.stdin.end();
      const { value } = await lines.next();
      return JSON.parse(value);
    },
  };
}

/** Beside the load, which has to be heard meanwhile. */
async function spawned(args, cwd, env) {
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'bin/run.js'), ...args], {
    ...{ cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  let last = '{}';
  for await (const line of createInterface(child.stdout)) last = line;
  const result = JSON.parse(last);
  if (result.outcome !== 'succeeded') throw new Error(last);
  return { ms: performance.now() - started, ...result };
}

if (process.argv[1] === import.meta.filename)
  for (const [what, { ms, apiCalls, answered, lost }] of Object.entries(await measureReleases(process.env)))
    process.stdout.write(
      `${what}: ${(ms / 1000).toFixed(2)} s ${JSON.stringify({ apiCalls, answered, lost })}\n`,
    );
