// `npm run bench`: what the README claims, measured on this machine, on a platform of its own.
// `npm run bench images` measures the images alone, `npm run bench certificates` those, and both leave the other rows as
// they were.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureMaking, measureServing } from './certificates.mjs';
import { measureDeployment } from './deployment.mjs';
import { measureRollout, measureThousand } from './fleet.mjs';
import { measureGateway } from './gateway.mjs';
import { measureImages } from './images.mjs';
import { measureLatency, measureThroughput } from './logs.mjs';
import { measurePlan } from './plan.mjs';
import { measureReleases } from './releases.mjs';
import { measureStartUp, median } from './start-up.mjs';
import { measureTransports } from './transports.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SLOT = process.env.GSYS_SLOT ?? '62';
const home = mkdtempSync(join(tmpdir(), 'gsys-bench-'));
const [loadBefore] = loadavg();
const env = { GSYS_HOME: home, GSYS_SLOT: SLOT, NO_COLOR: '1' };
const rows = [];
/** Seconds of the local environment's bakes. */
const BAKE = 2;
/** Undefined: all of it. */
const only = ['images', 'certificates'].find((name) => process.argv.includes(name));

for (const script of ['setup', 'build']) node([`scripts/${script}.mjs`]);
try {
  const up = gsys('local', 'up');
  const streams = gsys('streams', 'apply', '--yes');
  if (only === undefined) {
    row('`local up` to healthy NATS and Redis, first time', seconds(up.ms), '6 s');
    row('`streams apply`, all of them new, to current replicas', seconds(streams.ms));
  }
  if (only === 'certificates') {
    measureMadeCertificates();
    deployGently();
    measureServedCertificates();
  } else {
    for (const [what, measured, budget] of await measureImages({ home, endpoint: endpoint(), gsys }))
      row(what, typeof measured === 'number' ? seconds(measured) : measured, budget);
    if (only === undefined) await measureTheRest();
  }
} finally {
  gsys('local', 'down', '--wipe');
  rmSync(home, { recursive: true, force: true });
}
report();

async function measureTheRest() {
  const { deploy, all, tasks } = measureDeployment((...args) => attempt(['bin/run.js', ...args]));
  row('`deploy` of all services, first time', seconds(deploy), '12 s');
  row(`${tasks} tasks healthy and verified, from the start of that \`deploy\``, seconds(all), '25 s');
  row('`autoscale apply`, all services', seconds(gsys('autoscale', 'apply', '--yes').ms));
  await measureEachRelease();
  row('`alarms apply`, three a service', seconds(gsys('alarms', 'apply', '--yes').ms));
  gsys('alarms', 'subscribe', `file:${join(home, 'alarms.jsonl')}`, '--yes');
  const verifies = Array.from({ length: 5 }, () => gsys('verify', '--json'));
  const { verdict, counts, apiCalls } = JSON.parse(verifies[0].stdout);
  row(
    `\`verify\` (${verdict}, ${counts.pass} findings pass), median of 5`,
    seconds(median(verifies.map(({ ms }) => ms))),
    '2 s',
  );
  row('AWS calls of one `verify`', callsOf({ apiCalls }));
  measureMadeCertificates();
  measureServedCertificates();
  row('an idle task, resident, largest', `${largestTask()} MB`, '75 MB');
  for (const { what, ms, multiple, budget } of measureStartUp(env, endpoint())) {
    row(
      `start: \`${what}\`, median of 11`,
      `${ms.toFixed(1)} ms = ${multiple.toFixed(2)} x`,
      budget && `${budget} x`,
    );
  }
  const latency = await measureLatency(env, endpoint());
  row('`logs -f` shows a line, median of 60', seconds(latency.p50));
  row('`logs -f` shows a line, the slowest of them', seconds(latency.max), '1 s');
  const flood = await measureThroughput(env, endpoint());
  row(
    `\`logs -f\` of 5,000 lines a second for 10 s: ${flood.came} of ${flood.written} came, ${flood.printed - flood.came} twice`,
    `${seconds(flood.behind)} behind at the end`,
    '1 s',
  );
  for (const { what, inFlight, rate, p50, p99 } of await measureTransports(status()))
    row(
      `\`localize\` over ${what}, ${inFlight} in flight`,
      `${rate} a second, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
      inFlight === 64 && what.startsWith('NATS') ? 'p50 1 ms, p99 4 ms' : '',
    );
  const rollout = await measureRollout(endpoint());
  row('46 tasks of 23 services: CreateService to all healthy', seconds(rollout.create), '15 s');
  row('46 tasks of 23 services: UpdateService to all replaced and healthy', seconds(rollout.replace), '15 s');
  row('`local down`', seconds(gsys('local', 'down').ms));
  row('`local up` with kept state', seconds(gsys('local', 'up').ms), '6 s');
  gsys('local', 'down');
  row('`npm run quickstart`, warm', seconds(node(['scripts/quickstart.mjs']).ms), '40 s');
  gsys('local', 'down', '--wipe');
  gsys('local', 'up', '--runtime', 'simulated');
  const thousand = await measureThousand(env, endpoint());
  row('1,000 simulated services of 2 tasks: CreateService to all healthy', seconds(thousand.create));
  row("`status` of 1,000 services and their tasks, within AWS's request rates", seconds(thousand.status));
  const { 'ecs:ListServices': listed, 'ecs:DescribeServices': described } = thousand.apiCalls;
  row(
    '`verify --only ecs.inventory` of 1,000 services, likewise',
    `${seconds(thousand.verify)}, ${listed} ListServices, ${described} DescribeServices`,
  );
  gsys('local', 'down', '--wipe');
  gsys('local', 'up', '--runtime', 'simulated');
  const plan = await measurePlan(env, endpoint());
  const calls = ({ ms, apiCalls }) => {
    const sent = Object.values(apiCalls).reduce((sum, n) => sum + n, 0);
    return `${seconds(ms)}, ${sent} calls, ${apiCalls['ecs:DescribeTaskDefinition'] ?? 0} of them DescribeTaskDefinition`;
  };
  row(
    "`plan` of 1,000 services within AWS's request rates, no revision seen before",
    calls(plan.cold),
    '60 s',
  );
  row('`plan` of 1,000 services likewise, all revisions known', calls(plan.warm));
  row('`plan` of 1,000 services likewise, one of them changed', calls(plan.changed));
  row(
    '`deploy` of 100 changed of 1,000 services, four waves of 25 with a bake of 2 s, likewise',
    calls(plan.deploy),
  );
  for (const { what, rate, p50, p99, cpuMicros } of measureGateway())
    row(
      `32 connections: ${what}`,
      `${rate} a second, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpuMicros} µs of its CPU each`,
      what.includes('nothing') ? '10000, p99 10 ms' : '',
    );
}

function measureMadeCertificates() {
  row('the machine before certificates: load average of its last minute', loadavg()[0].toFixed(1));
  const { made, keys, count, openssl } = measureMaking(env);
  row(
    'root, issuing authority and 28 leaves, keys sealed, files synced',
    `${seconds(made)}, its ${count} RSA keys alone ${seconds(keys)}, a script of openssl ${seconds(openssl)}`,
    '4 s',
  );
}

function measureServedCertificates() {
  const { listeners, handshakes, status: seen, rotation } = measureServing(env);
  row(`a handshake with each of ${listeners} listeners, median of 5`, seconds(handshakes), '2 s');
  row('`tls status`: that, and what was issued and deployed, median of 5', seconds(seen));
  row(
    `\`tls rotate leaf\`, all ${rotation.holders} holders, ${rotation.waves} bakes of ${BAKE} s excluded`,
    seconds(rotation.ms - rotation.waves * BAKE * 1000),
    '90 s',
  );
}

/** What is not measured is not made to hurry: a few services at a time, after those that they call. */
function deployGently() {
  gsys('build');
  gsys('push');
  const { services } = JSON.parse(gsys('config', 'show', '--json').stdout);
  const names = calledFirst(services);
  while (names.length > 0) gsys('deploy', ...names.splice(0, 4), '--yes');
}

function calledFirst(services) {
  const names = new Set();
  const under = new Set();
  const place = (service) => {
    if (under.has(service)) return;
    under.add(service);
    const called = services.filter(({ endpoints }) =>
      endpoints.some(({ subject }) => service.calls.includes(subject)),
    );
    called.forEach(place);
    names.add(service.name);
  };
  services.forEach(place);
  return [...names];
}

async function measureEachRelease() {
  const { unchanged, line, all } = await measureReleases(env);
  row('`deploy`, nothing changed', seconds(unchanged.ms), '2 s');
  row('AWS calls of it', callsOf(unchanged), 'none that writes');
  row('`deploy`, a line of one service changed, bake of 2 s included', seconds(line.ms));
  row('AWS calls of it', callsOf(line));
  const lost = Object.entries(all.lost).map(([why, n]) => `${n} x ${why}`);
  row(
    '`deploy` of all 23 services under 50 requests a second, bakes included',
    `${seconds(all.ms)}, ${all.answered} requests answered, ${lost.length === 0 ? 'none' : lost.join(', ')} lost`,
    'none lost',
  );
  row('AWS calls of it', callsOf(all));
}

function callsOf({ apiCalls }) {
  return Object.entries(apiCalls)
    .map(([call, n]) => `${n} ${call}`)
    .join(', ');
}

function row(what, measured, budget = '') {
  rows.push([what, measured, budget]);
  process.stderr.write(`${what}: ${measured}${budget ? ` (budget ${budget})` : ''}\n`);
}

function gsys(...args) {
  return node(['bin/run.js', ...args]);
}

function node(args) {
  const { status, ms, stdout, stderr } = attempt(args);
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}\n${stdout}${stderr}`);
  return { ms, stdout };
}

function attempt(args) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, ms: performance.now() - started, stdout, stderr };
}

function status() {
  return JSON.parse(gsys('local', 'status', '--json').stdout);
}

function endpoint() {
  return status().endpoint;
}

function largestTask() {
  const sizes = status().tasks.map(
    ({ pid }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
  );
  return Math.max(...sizes).toFixed(0);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function report() {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; load ${loadBefore?.toFixed(1)} before, the last minute's`;
  const file = join(ROOT, 'bench/RESULTS.md');
  const table = (lines) => `| what | measured | budget |\n|---|---|---|\n${lines.join('\n')}\n`;
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`);
  const day = new Date().toISOString().slice(0, 10);
  const text = `# Last measured\n\n\`npm run bench\` on ${day}: ${machine}.\n\n${table(lines)}`;
  writeFileSync(file, only !== undefined ? replaced(readFileSync(file, 'utf8'), lines) : text);
  process.stdout.write(table(lines));
}

/**
 * The rows of the last run, with these in the place of those of the same name; new ones come after the first of them, or
 * at the table's end.
 */
function replaced(before, lines) {
  const nameOf = (line) => line.split(' | ')[0];
  const names = lines.map(nameOf);
  const old = before.split('\n');
  const kept = old.filter((line) => !names.includes(nameOf(line)));
  const first = old.findIndex((line) => names.includes(nameOf(line)));
  const isRow = (line) => line?.startsWith('|') ?? false;
  const end = kept.findIndex((line, i) => isRow(line) && !isRow(kept[i + 1])) + 1;
  kept.splice(first < 0 ? end : first, 0, ...lines);
  return kept.join('\n');
}
