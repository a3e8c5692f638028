// Images of the whole fleet: built and pushed by gsys, and by docker one after the other from the same files.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';

/**
 * @param home GSYS_HOME of a platform that is up and has no images yet
 * @param gsys runs a command and returns {ms}
 * @returns rows [what, milliseconds or a remark, budget]; what they are worth depends on who else works here
 */
export async function measureImages({ home, endpoint, gsys }) {
  const rows = [['the machine before images: load average of its last minute', loadavg()[0].toFixed(1), '']];
  const measure = (what, budget, ...args) => rows.push([what, gsys(...args).ms, budget]);
  measure('`build`, cold', '8 s', 'build');
  measure('`build`, unchanged', '1 s', 'build');
  measure('`push`, cold', '6 s', 'push');
  measure('`push`, unchanged', '', 'push');
  measure('`build --check` of all services', '', 'build', '--check');
  return [...rows, ...(await measureDocker(join(home, 'local', 'images'), endpoint))];
}

async function measureDocker(images, endpoint) {
  const what = 'the same by `docker build` and `docker push`, one after the other';
  if (spawnSync('docker', ['info']).status !== 0) return [[what, 'no Docker Engine here', '']];
  const folder = mkdtempSync(join(tmpdir(), 'gsys-bench-docker-'));
  const host = new URL(endpoint).host;
  const env = { ...process.env, DOCKER_CONFIG: join(folder, 'config'), DOCKER_BUILDKIT: buildKit() };
  const docker = (...args) => execFileSync('docker', args, { env, stdio: 'pipe' });
  const names = readdirSync(images).filter((name) => !name.startsWith('.'));
  const tagOf = (name) => {
    const ecsService = name === 'gateway' ? 'http-nats-gateway' : `${name}-nats`;
    return `${host}/bodybroker-services/${ecsService}:docker`;
  };
  const all = (work) => {
    const started = performance.now();
    for (const name of names) work(name);
    return performance.now() - started;
  };
  try {
    for (const name of names) unpack(join(images, name), join(folder, name), join(folder, 'base'));
    const base = () => docker('build', '-q', '-t', 'gsys-bench-base', join(folder, 'base'));
    const build = (name) => docker('build', '-q', '-t', tagOf(name), join(folder, name));
    const started = performance.now();
    base();
    const cold = performance.now() - started + all(build);
    const unchanged = all(build);
    docker('login', '-u', 'AWS', '-p', await password(endpoint), host);
    const pushed = all((name) => docker('push', '-q', tagOf(name)));
    return [
      ['the same by `docker build`, one after the other: cold, base included', cold, ''],
      ['the same by `docker build`, one after the other: unchanged', unchanged, ''],
      ['the same by `docker push`, one after the other: cold', pushed, ''],
    ];
  } finally {
    for (const image of [...names.map(tagOf), 'gsys-bench-base'])
      spawnSync('docker', ['rmi', '-f', image], { env });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A client that has no BuildKit says so; the older builder serves then. */
function buildKit() {
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  return spawnSync('docker', ['build', '--help'], { env }).status === 0 ? '1' : '0';
}

/** What an image holds, as the folder that a Dockerfile starts from. */
function unpack(layout, context, base) {
  const blob = (digest) => join(layout, 'blobs', ...digest.split(':'));
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const { config, layers } = JSON.parse(readFileSync(blob(manifests[0].digest), 'utf8'));
  const { Entrypoint, Env } = JSON.parse(readFileSync(blob(config.digest), 'utf8')).config;
  mkdirSync(context, { recursive: true });
  execFileSync('tar', ['-xzf', blob(layers[1].digest), '-C', context]);
  const variables = Env.map((variable) => `ENV ${variable}\n`).join('');
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM gsys-bench-base\n${variables}WORKDIR /app\nCOPY app /app\nENTRYPOINT ${JSON.stringify(Entrypoint)}\n`,
  );
  mkdirSync(base, { recursive: true });
  writeFileSync(join(base, 'Dockerfile'), 'FROM scratch\nADD base.tar /\n');
  execFileSync('cp', ['-f', blob(layers[0].digest), join(base, 'base.tar')]);
}

async function password(endpoint) {
  const credentials = { accessKeyId: 'gsys', secretAccessKey: 'gsys' };
  const client = new ECRClient({ endpoint, region: 'us-east-1', credentials });
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  client.destroy();
  return Buffer.from(authorizationData[0].authorizationToken, 'base64').toString().replace(/^AWS:/, '');
}
