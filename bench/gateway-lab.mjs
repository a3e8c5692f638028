// Prints what bench/gateway.mjs measures, as JSON.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { GetResponseSchema } from '../services/gen/settings_pb.js';
import { embeddedLayout, taskAddress } from '../src/lib/fleet/embedded-layout.ts';
import { startNats } from '../test/services/helpers/nats.ts';
import { buildImages } from '../test/services/helpers/process.ts';
import { leaseSlot } from '../test/support/slot.ts';
import { loadFrom, startForwarder } from './gateway.mjs';

const IDLE = 'svc.bench.v1.get';
/** As the image's entry point has it. */
const NODE = ['--max-semi-space-size=2'];

const slot = leaseSlot();
const folder = mkdtempSync(path.join(tmpdir(), 'gsys-bench-'));
const port = embeddedLayout(slot, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
const nats = await startNats(path.join(folder, 'nats'), port);
const images = await buildImages({
  ...{ folder, nats, services: ['settings', 'gateway'] },
  address: (n) => taskAddress(slot, n),
});
const forwarder = await startForwarder();
try {
  await answerIdly();
  addRoute();
  const [settings, gateway] = ['settings', 'gateway'].map((name) => images.run(name, {}, NODE));
  await Promise.all([settings.ready(), gateway.ready()]);
  const task = { host: new URL(gateway.url).hostname, port: 8000, pid: gateway.child.pid };
  const rows = [];
  for (const [what, target] of [
    ['gateway, a service that does nothing', { ...task, path: '/bench' }],
    ['gateway, settings, read from JetStream', { ...task, path: '/settings/get' }],
    ['a bare Node server that forwards to another', { ...forwarder, path: '/settings/get' }],
  ])
    rows.push({ what, ...(await loadFrom(target)) });
  process.stdout.write(JSON.stringify(rows));
} finally {
  forwarder.end();
  await images.end();
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
}

/** What is left of an answer when the service itself takes no time. */
async function answerIdly() {
  const value = { kind: { case: 'stringValue', value: 'en' } };
  const setting = { key: 'language', valueType: 'string', value, isDefault: true };
  const reply = toBinary(GetResponseSchema, create(GetResponseSchema, { settings: [setting] }));
  const client = await nats.client();
  client.subscribe(IDLE, { callback: (_, message) => message.respond(reply) });
  await client.flush();
}

function addRoute() {
  const file = path.join(folder, 'gateway/app/routes.json');
  const routes = JSON.parse(readFileSync(file, 'utf8'));
  const known = routes.find((route) => route.path === '/settings/get');
  writeFileSync(file, JSON.stringify([...routes, { ...known, path: '/bench', subject: IDLE }]));
}
