// From a clone to a verified fleet on this machine: the README's first command.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const started = Date.now();
let current;
// A Ctrl-C reaches the running step through the terminal; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => current?.kill(signal));

await step('node', 'scripts/setup.mjs');
await step('node', 'scripts/build.mjs');
await gsys('local', 'up');
await gsys('streams', 'apply', '--yes');
await gsys('build');
await gsys('push');
await gsys('deploy', '--yes');
await gsys('alarms', 'apply', '--yes');
const alarms = path.join(process.env.GSYS_HOME || '.gsys', 'local/alarms.jsonl');
await gsys('alarms', 'subscribe', `file:${alarms}`, '--yes');
await gsys('autoscale', 'apply', '--yes');
const verdict = await run('node', ['bin/run.js', 'verify']);
await run('node', ['bin/run.js', 'status']);
process.stderr.write(`
quickstart took ${((Date.now() - started) / 1000).toFixed(1)} s. Now try:
  bin/run.js verify -v                       every check, one by one
  bin/run.js logs settings --since 5m        what the tasks say
  bin/run.js alarms list                     what watches them; ${alarms} is told
  bin/run.js local status                    what runs here, with pids: kill one, then verify again
  curl -sd '{"playerId":"p1"}' ${gatewayUrl()}/settings/get
  bin/run.js local down                      ends it all, keeps its state (--wipe forgets it)
`);
process.exit(verdict);

function gatewayUrl() {
  const { stdout } = spawnSync('node', ['bin/run.js', 'local', 'status', '--json'], { encoding: 'utf8' });
  return JSON.parse(stdout).gatewayUrl;
}

async function gsys(...args) {
  await step('node', 'bin/run.js', ...args);
}

async function step(program, ...args) {
  const code = await run(program, args);
  if (code !== 0) process.exit(code);
}

function run(program, args) {
  return new Promise((resolve) => {
    current = spawn(program, args, { stdio: 'inherit' });
    current.on('error', (error) => {
      process.stderr.write(`error cannot run ${program}: ${error.message}\n`);
      resolve(1);
    });
    current.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
