// What one gateway task answers straight, next to a bare Node server that forwards to another over keep-alive HTTP:
// `node bench/gateway.mjs`. On one NATS server with mTLS, each server a process of its own.
import { execFileSync, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const LAB = fileURLToPath(new URL('gateway-lab.mjs', import.meta.url));
const BODY = '{"playerId":"bench","settingKeys":["language"]}';
const CONNECTIONS = 32;
/** Enough for the code to be compiled, on a machine with other work to do as well. */
const WARM_UP = 20_000;

/** @returns for each: what, answers a second, milliseconds, and microseconds of CPU that an answer cost the first task */
export function measureGateway() {
  // The lab is made of what the tests are made of, which is TypeScript.
  const lab = execFileSync(process.execPath, ['--import', 'tsx', LAB], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(lab.toString());
}

/** In a process of its own, which does nothing else. */
export function loadFrom({ host, port, path, pid }, seconds = 5) {
  const child = fork(SELF, ['load', host, port, path, pid, seconds].map(String));
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the load ended with ${code}`)));
  });
}

/** @returns where it listens, its process, and how to end it */
export async function startForwarder() {
  const child = fork(SELF, ['forward']);
  const port = await new Promise((resolve) => child.once('message', resolve));
  return { host: '127.0.0.1', port, pid: child.pid, end: () => child.kill() };
}

/** As fast as each connection gets its answers. */
async function load([host, port, path, pid, seconds]) {
  const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n`;
  const bytes = Buffer.from(`${head}content-length: ${BODY.length}\r\n\r\n${BODY}`);
  const times = [];
  let answered = 0;
  let begun = 0;
  let used = 0;
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(Number(port), host));
  const isOver = new Promise((resolve) => {
    for (const socket of sockets) {
      let sent = 0;
      let text = '';
      const send = () => {
        text = '';
        sent = performance.now();
        socket.write(bytes);
      };
      socket.setNoDelay(true);
      socket.on('connect', send);
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (end < 0 || text.length < end + 4 + length) return;
        if (!text.startsWith('HTTP/1.1 200')) throw new Error(text);
        const now = performance.now();
        answered++;
        if (answered === WARM_UP) [begun, used] = [now, cpuOf(pid)];
        if (begun > 0 && sent > begun) times.push(now - sent);
        if (begun > 0 && now > begun + seconds * 1000) return resolve(now - begun);
        send();
      });
    }
  });
  const ms = await isOver;
  const cpu = cpuOf(pid) - used;
  for (const socket of sockets) socket.destroy();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  const rate = Math.round((times.length / ms) * 1000);
  return { rate, p50: at(0.5), p99: at(0.99), cpuMicros: Math.round((cpu / times.length) * 1e6) };
}

/** Seconds: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, in ticks of a hundredth. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function forward() {
  const upstream = fork(SELF, ['answer']);
  process.on('SIGTERM', () => {
    upstream.kill();
    process.exit();
  });
  const agent = new Agent({ keepAlive: true });
  upstream.once('message', (port) =>
    listen((incoming, response) => {
      const { url: path, method, headers } = incoming;
      const asked = request({ host: '127.0.0.1', port, path, method, headers, agent }, (reply) => {
        response.writeHead(reply.statusCode, reply.headers);
        reply.pipe(response);
      });
      incoming.pipe(asked);
    }),
  );
}

/** Says what the service would, as JSON from JSON. */
function answer() {
  listen((incoming, response) => {
    let text = '';
    incoming.on('data', (chunk) => {
      text += chunk;
    });
    incoming.on('end', () => {
      const [key] = JSON.parse(text).settingKeys;
      const setting = { key, valueType: 'string', value: 'en', isDefault: true };
      const reply = JSON.stringify({ meta: { timestamp: new Date().toISOString() }, settings: [setting] });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': reply.length });
      response.end(reply);
    });
  });
}

function listen(handle) {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

const [role, ...rest] = process.argv[1] === SELF ? process.argv.slice(2) : [];
if (role === 'load') process.send(await load(rest), () => process.exit());
else if (role === 'forward') forward();
else if (role === 'answer') answer();
else if (process.argv[1] === SELF) console.table(measureGateway());
