// Asks every service of the fleet what its contract's probe asks, over NATS and through the gateway, at an even rate and
// without asking twice, until its standard input ends; then prints what came back, as JSON. Its arguments: the folder of
// the definition, requests a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { headers } from 'nats';
import { loadContracts } from '../src/lib/fleet/contracts.ts';
import { loadFleet } from '../src/lib/fleet/load.ts';
import { natsSessions } from '../src/lib/nats/sessions.ts';
import { mismatches } from '../src/lib/probe/match.ts';

/** Milliseconds that a caller has: as endpoints that may be asked again give themselves. */
const TIMEOUT = 10_000;
/** One in so many goes through the gateway. */
const GATEWAY = 5;

const [folder, rate] = process.argv.slice(2);
const fleet = await loadFleet({ from: folder, home: process.env.GSYS_HOME, slot: process.env.GSYS_SLOT });
const contracts = loadContracts(fleet.contracts);
const sessions = natsSessions(fleet.environment);
const connections = await Promise.all(fleet.environment.nats.nodes.map((node) => sessions.operator(node)));
const asked = fleet.services.flatMap(({ endpoints, probe }) => {
  const endpoint = endpoints.find(({ name }) => name === probe?.endpoint);
  return endpoint === undefined ? [] : [{ endpoint, probe }];
});
// Of those that need no session; one whose path is shared with another is answered by that.
const candidates = asked.filter(({ endpoint }) => endpoint.route?.auth === 'none');
const open = [];
for (const one of candidates)
  await overHttp(one).then(
    () => open.push(one),
    () => undefined,
  );

const lost = {};
let answered = 0;
let ended = false;
const under = new Set();
process.stdin.on('end', () => (ended = true)).resume();
process.stdout.write('asking\n');
const began = performance.now();
for (let n = 0; !ended; n++) {
  const due = began + (n * 1000) / Number(rate) - performance.now();
  if (due > 0) await sleep(due);
  const answer = n % GATEWAY === 0 ? overHttp(open[(n / GATEWAY) % open.length]) : overNats(n);
  const request = answer.then(
    () => answered++,
    (error) => {
      lost[error.message] = (lost[error.message] ?? 0) + 1;
    },
  );
  under.add(request);
  void request.finally(() => under.delete(request));
}
await Promise.all(under);
await sessions.close();
process.stdout.write(`${JSON.stringify({ answered, lost })}\n`);

async function overNats(n) {
  const { endpoint, probe } = asked[n % asked.length];
  const told = headers();
  told.set('Gsys-Timeout-Ms', String(TIMEOUT));
  const request = contracts.encode(endpoint.request, probe.request);
  const options = { timeout: TIMEOUT, headers: told };
  const reply = await connections[n % connections.length]
    .request(endpoint.subject, request, options)
    .catch((error) => {
      throw new Error(`${endpoint.subject}: ${error.code ?? error.message}`);
    });
  check(endpoint.subject, probe, contracts.decode(endpoint.response, reply.data));
}

async function overHttp({ endpoint, probe }) {
  const response = await fetch(new URL(endpoint.route.path, fleet.environment.gateway.url), {
    ...{ method: 'POST', body: JSON.stringify(probe.request), signal: AbortSignal.timeout(TIMEOUT) },
    headers: { 'content-type': 'application/json' },
  }).catch((error) => {
    throw new Error(`gateway: ${error.cause?.code ?? error.name}`);
  });
  if (!response.ok) throw new Error(`gateway: ${response.status}`);
  check('gateway', probe, await response.json());
}

function check(what, { expect }, reply) {
  const [wrong] = mismatches(expect, reply);
  if (wrong !== undefined) throw new Error(`${what}: ${reply.error?.code ?? wrong}`);
}
