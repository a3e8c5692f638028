// The same request over NATS with mTLS, to a service of the fleet, and over keep-alive HTTP, plain and with mTLS, to as
// many processes: `node bench/transports.mjs`, against a platform that is up and deployed. Who asks is a process of its
// own, and uses each client as a service would.
import { execFileSync, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import { connect } from 'nats';
import { closedLoop } from './closed-loop.mjs';
import { asJson, asProtobuf, SUBJECT } from './localize.mjs';
import { median } from './start-up.mjs';

const SELF = fileURLToPath(import.meta.url);
const PEER = fileURLToPath(new URL('http-peer.mjs', import.meta.url));
const GSYS = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const HOST = '127.0.0.1';
/** As many as the service has tasks. */
const PEERS = 2;
const IN_FLIGHT = [64, 1];
/** In turn, so that whatever else the machine does hits all alike. */
const ROUNDS = 3;

/**
 * @param status of the platform: `local status --json`
 * @returns for each way and number in flight: medians of answers a second and of milliseconds
 */
export async function measureTransports({ nats: [node], operator }) {
  const server = [node.certFile, node.keyFile, node.caFile];
  const peers = await Promise.all([startPeers([]), startPeers(server)]);
  const [plain, secure] = peers.map(({ ports }) => ports);
  const ways = {
    'NATS with mTLS': { way: 'nats', server: node.clientUrl, operator },
    'keep-alive HTTP': { way: 'http', ports: plain },
    'keep-alive HTTPS with client certificates': { way: 'http', ports: secure, operator },
  };
  try {
    const rows = [];
    for (const inFlight of IN_FLIGHT) {
      const measured = Object.keys(ways).map(() => []);
      for (let round = 0; round < ROUNDS; round++)
        for (const [i, way] of Object.values(ways).entries())
          measured[i].push(await loadOver({ ...way, inFlight }));
      const of = (i, what) => median(measured[i].map((each) => each[what]));
      for (const [i, what] of Object.keys(ways).entries())
        rows.push({ what, inFlight, rate: of(i, 'rate'), p50: of(i, 'p50'), p99: of(i, 'p99') });
    }
    return rows;
  } finally {
    for (const { end } of peers) end();
  }
}

async function startPeers(files) {
  const children = Array.from({ length: PEERS }, () =>
    fork(PEER, [HOST, ...files], { execArgv: ['--import', 'tsx'] }),
  );
  const ports = await Promise.all(children.map(messageOf));
  return { ports, end: () => children.forEach((child) => void child.kill()) };
}

async function loadOver(options) {
  return await messageOf(fork(SELF, ['load', JSON.stringify(options)]));
}

function messageOf(child) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)));
  });
}

async function load({ way, inFlight, ...options }) {
  const { ask, close } = await (way === 'nats' ? overNats(options) : overHttp(options, inFlight));
  const result = await closedLoop(ask, inFlight);
  await close();
  return result;
}

async function overNats({ server, operator }) {
  const nc = await connect({
    ...{ servers: server, tls: operator, inboxPrefix: '_INBOX_gsys-operator', ignoreClusterUpdates: true },
    // As the SDK has it.
    noAsyncTraces: true,
  });
  const ask = async () => {
    const { data } = await nc.request(SUBJECT, asProtobuf.encode(), { timeout: 10_000 });
    asProtobuf.decode(data);
  };
  return { ask, close: () => nc.close() };
}

function overHttp({ ports, operator }, inFlight) {
  const { Agent, request } = operator ? https : http;
  const files = operator && {
    cert: readFileSync(operator.certFile),
    key: readFileSync(operator.keyFile),
    ca: readFileSync(operator.caFile),
  };
  const agent = new Agent({ keepAlive: true, maxSockets: Math.ceil(inFlight / ports.length), ...files });
  let turn = 0;
  const ask = () =>
    new Promise((resolve, reject) => {
      const body = Buffer.from(asJson.encode());
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const options = { host: HOST, port: ports[turn++ % ports.length], method: 'POST', agent, headers };
      const asking = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          asJson.decode(text);
          resolve();
        });
      });
      asking.on('error', reject);
      asking.end(body);
    });
  return { ask, close: () => agent.destroy() };
}

if (process.argv[1] === SELF) {
  const [role, options] = process.argv.slice(2);
  if (role === 'load') process.send(await load(JSON.parse(options)), () => process.exit());
  else {
    const status = execFileSync(process.execPath, [GSYS, 'local', 'status', '--json'], { encoding: 'utf8' });
    console.table(await measureTransports(JSON.parse(status)));
  }
}
