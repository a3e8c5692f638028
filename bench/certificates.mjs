// What certificates cost: `npm run bench certificates` measures this alone. Against a platform that is up, deployed and
// verified, beside the same work done by a shell script with openssl.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastEvent, ROOT, run } from './fleet.mjs';
import { median } from './start-up.mjs';

/** Five nodes and 23 services. */
const LEAVES = 28;
const TIMES = 5;

/** @returns milliseconds of making them, of their RSA keys alone, and of what makes the same with openssl */
export function measureMaking(env) {
  const ours = inFolder((folder) => JSON.parse(script('make-certificates', env, folder, LEAVES)));
  const openssl = inFolder((folder) => {
    const started = performance.now();
    scriptOfOpenssl(folder);
    return performance.now() - started;
  });
  return { ...ours, openssl };
}

/** @returns milliseconds of each, and of the rotation also what it did */
export function measureServing(env) {
  const { listeners, took } = JSON.parse(script('shake-hands', env, TIMES));
  const looks = Array.from({ length: TIMES }, () => run(['tls', 'status'], ROOT, env).ms);
  const { ms, stdout } = run(['tls', 'rotate', 'leaf', '--yes', '--json'], ROOT, env);
  const { outcome, plan } = lastEvent(stdout);
  if (outcome !== 'proven') throw new Error(stdout);
  const waves = stdout.split('\n').filter((line) => line.includes('"type":"wave-done"')).length;
  return {
    ...{ listeners, handshakes: median(took), status: median(looks) },
    rotation: { ms, waves, holders: plan.holders.length },
  };
}

function script(name, env, ...args) {
  const file = join(ROOT, `bench/${name}.mjs`);
  const options = { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8' };
  return execFileSync(process.execPath, ['--import', 'tsx', file, ...args.map(String)], options);
}

function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'gsys-certificates-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As one would write it: an encrypted root and issuer, and a key, a request and a certificate for each leaf. */
function scriptOfOpenssl(folder) {
  const script = `set -e
umask 077
ca() { openssl genrsa -aes256 -passout pass:bench 3072 >"$1.key" 2>/dev/null; }
ca root
ca issuer
printf 'basicConstraints=critical,CA:true,pathlen:0\\nkeyUsage=critical,keyCertSign,cRLSign\\n' >ca.ext
openssl req -x509 -new -key root.key -passin pass:bench -sha256 -days 1825 -subj /CN=root -out root.pem
openssl req -new -key issuer.key -passin pass:bench -subj /CN=issuer -out issuer.csr
openssl x509 -req -in issuer.csr -CA root.pem -CAkey root.key -passin pass:bench -CAcreateserial -sha256 -days 365 -extfile ca.ext -out issuer.pem 2>/dev/null
leaf() {
  printf 'subjectAltName=DNS:service-%s.g1.svc.bench.internal\\nextendedKeyUsage=clientAuth\\n' "$1" >"$1.ext"
  openssl req -new -newkey rsa:2048 -noenc -keyout "$1.key" -subj "/CN=service-$1" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA issuer.pem -CAkey issuer.key -passin pass:bench -set_serial "0x$(openssl rand -hex 16)" -sha256 -days 30 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
i=0
while [ $i -lt ${LEAVES} ]; do leaf $i; i=$((i + 1)); done
`;
  const { status, stderr } = spawnSync('sh', ['-s'], { cwd: folder, input: script, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
