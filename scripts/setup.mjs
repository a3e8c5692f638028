// Installs what is missing: npm packages, and on Debian as root the servers that the embedded platform runs.
// Elsewhere it says exactly what to install. Needs nothing but Node. Usage: setup.mjs [more programs…], where those with
// a question mark behind (`dockerd?`) are installed too where that can be done, and are not missed where it cannot.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const POLICY = '/usr/sbin/policy-rc.d';
const MARK = 'node_modules/.gsys-lock';
/** Program -> the Debian package that has it. */
const PACKAGES = {
  'nats-server': 'nats-server',
  'redis-server': 'redis-server',
  // By its path: any `aws` may come first on PATH.
  '/usr/bin/aws': 'awscli',
  dockerd: 'docker.io',
  nft: 'nftables',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
};
const SERVERS = ['nats-server', 'redis-server'];
const OVERRIDES = { 'nats-server': 'GSYS_NATS_SERVER', 'redis-server': 'GSYS_REDIS_SERVER' };

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
checkNode();
installPrograms(process.argv.slice(2));
installPackages();

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old: gsys needs 20.19 or newer`);
}

function installPrograms(extra) {
  const isOptional = (program) => program.endsWith('?');
  const needed = missingOf([...SERVERS, ...extra.filter((program) => !isOptional(program))]);
  const useful = missingOf(extra.filter(isOptional).map((program) => program.slice(0, -1)));
  const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (needed.length > 0 && !canInstall) fail(howToInstall(needed));
  if (needed.length > 0 && !installed(needed))
    fail(`apt-get could not install ${packagesOf(needed)}: see above`);
  if (useful.length > 0 && canInstall && !installed(useful))
    say(`without ${packagesOf(useful)}: what needs it is skipped`);
}

function missingOf(programs) {
  return programs.filter((program) => !isInstalled(program));
}

function packagesOf(programs) {
  return programs.map((program) => PACKAGES[program] ?? program).join(' ');
}

function installed(programs) {
  say(`installing ${packagesOf(programs)} from Debian's packages`);
  return withoutDaemons(() => {
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...packagesOf(programs).split(' ')];
    if (apt(install, 'pipe').status === 0) return true;
    // No package list yet, or an old one.
    apt(['update', '-qq'], 'inherit');
    return apt(install, 'inherit').status === 0;
  });
}

/** Debian starts a daemon as soon as it is installed, unless policy-rc.d forbids it; a policy that is there stays. */
function withoutDaemons(install) {
  if (existsSync(POLICY)) return install();
  const remove = () => rmSync(POLICY, { force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
  chmodSync(POLICY, 0o755);
  try {
    return install();
  } finally {
    remove();
  }
}

function apt(args, stdio) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const output = stdio === 'inherit' ? ['ignore', 2, 2] : 'ignore';
  return spawnSync('apt-get', args, { env, stdio: output });
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync('package-lock.json'))
    .update(process.version)
    .digest('hex');
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === lock) return;
  say('installing npm packages');
  // `npm ci` refuses a lock file that lacks a package for another platform, which not every registry has.
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', install, { stdio: ['ignore', 2, 2] });
  if (result.status !== 0) fail('npm install failed: see above');
  writeFileSync(MARK, lock);
}

function isInstalled(program) {
  const override = process.env[OVERRIDES[program] ?? ''];
  if (override)
    return isExecutable(override) || fail(`${OVERRIDES[program]} is ${override}, which cannot be executed`);
  if (program.startsWith('/')) return isExecutable(program);
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(`${folder}/${program}`));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function howToInstall(missing) {
  const packages = packagesOf(missing);
  const how = existsSync('/etc/debian_version')
    ? `run this as root:  apt-get update && apt-get install -y --no-install-recommends ${packages}`
    : process.platform === 'darwin'
      ? `run:  brew install ${packages.replace('redis-server', 'redis')}`
      : `install them (nats-server >= 2.9: https://github.com/nats-io/nats-server/releases, redis-server >= 7.0) and put them on PATH, or set ${missing.map((name) => OVERRIDES[name] ?? name).join(' and ')}`;
  return `missing: ${missing.join(', ')}\n${how}`;
}

function say(text) {
  process.stderr.write(`… ${text}\n`);
}

function fail(text) {
  process.stderr.write(`error ${text}\n`);
  process.exit(1);
}
