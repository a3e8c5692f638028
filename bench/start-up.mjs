// Cold start as multiples of `node -e 0`, in one interleaved run, beside a plain oclif CLI that does the same.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUNS = 11;

/**
 * @param env the environment of every process; NODE_EXTRA_CA_CERTS is removed for all alike
 * @param endpoint of a running platform, for the command that talks to ECS
 * @returns rows {what, ms, multiple, budget}: medians of 11
 */
export function measureStartUp(env, endpoint) {
  const plain = makePlainCli(endpoint);
  const gsys = join(ROOT, 'bin/run.js');
  const commands = {
    'node -e 0': { args: ['-e', '0'] },
    'gsys --version': { args: [gsys, '--version'], budget: 1.5 },
    'gsys status --help': { args: [gsys, 'status', '--help'], budget: 3.6 },
    'gsys status (talks to ECS)': { args: [gsys, 'status'], budget: 4.5 },
    'plain oclif --version': { args: [plain.bin, '--version'] },
    'plain oclif status --help': { args: [plain.bin, 'status', '--help'] },
    'plain oclif status (talks to ECS)': { args: [plain.bin, 'status'] },
  };
  try {
    const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
    for (let run = 0; run <= RUNS; run++) {
      for (const [name, { args }] of Object.entries(commands)) {
        const ms = time(args, env);
        // The first round fills the page cache.
        if (run > 0) times[name].push(ms);
      }
    }
    const floor = median(times['node -e 0']);
    return Object.entries(commands).map(([what, { budget }]) => {
      const ms = median(times[what]);
      return { what, ms, multiple: ms / floor, budget };
    });
  } finally {
    rmSync(plain.folder, { recursive: true, force: true });
  }
}

function time(args, env) {
  const { NODE_EXTRA_CA_CERTS: _, ...clean } = { ...process.env, ...env };
  const started = performance.now();
  const result = spawnSync(process.execPath, args, { cwd: ROOT, env: clean, encoding: 'utf8' });
  const took = performance.now() - started;
  if (result.status !== 0)
    throw new Error(`${args.join(' ')} exited with ${result.status}: ${result.stderr}`);
  return took;
}

/** What `npx oclif generate` would give, with one command over the ECS client; nothing bundled. */
function makePlainCli(endpoint) {
  const folder = mkdtempSync(join(tmpdir(), 'gsys-plain-'));
  mkdirSync(join(folder, 'commands'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const write = (file, text) => writeFileSync(join(folder, file), text);
  write(
    'package.json',
    JSON.stringify({
      name: 'plain',
      version: '0.0.0',
      type: 'module',
      oclif: { bin: 'plain', commands: './commands' },
    }),
  );
  write('run.js', "import { execute } from '@oclif/core';\nawait execute({ dir: import.meta.url });\n");
  write(
    'commands/status.js',
    `import { Command } from '@oclif/core';
import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
export default class Status extends Command {
  static description = 'talks to ECS';
  async run() {
    const credentials = { accessKeyId: 'gsys', secretAccessKey: 'gsys' };
    const client = new ECSClient({ endpoint: ${JSON.stringify(endpoint)}, region: 'us-east-1', credentials });
    const { clusters } = await client.send(new DescribeClustersCommand({}));
    this.log(String(clusters.length));
  }
}
`,
  );
  return { folder, bin: join(folder, 'run.js') };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
