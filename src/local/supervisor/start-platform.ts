import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type EmbeddedLayout, embeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { parseGenerations } from '../../lib/fleet/generations.ts';
import { generationsPath } from '../../lib/fleet/identity.ts';
import { replaceFile } from '../../lib/pki/files.ts';
import { awsLimits } from '../aws/limits/aws-limits.ts';
import { ensureCertificates, ensureTrust } from '../certificates.ts';
import { createFaults, type Faults } from '../faults/board.ts';
import { takeInventory } from '../faults/inventory.ts';
import { removeAllTraces } from '../faults/traces.ts';
import { requireFreePorts } from '../free-ports.ts';
import { endAll, isAlive, type Journal, openJournal } from '../journal.ts';
import type { Keeper } from '../keeper.ts';
import { natsWithoutJetStream } from '../nats-health.ts';
import { findNatsServer, reloadNatsNodes } from '../nats-nodes.ts';
import type { PlatformFile } from '../platform-schema.ts';
import { mendRedis } from '../redis-mend.ts';
import { ensureRedisPassword, findRedisServer, redisAccess } from '../redis-nodes.ts';
import { redisRoles } from '../redis-roles.ts';
import { removeFromDocker } from '../runtime/docker/docker-mark.ts';
import { openAwsSide } from './aws-side.ts';
import { type Control, controlRoute } from './control-route.ts';
import { openRuntimeOf } from './open-runtime.ts';
import { readOptions, type SupervisorOptions } from './options.ts';
import { parameterText } from './parameter-text.ts';
import { seedInventory } from './seed-inventory.ts';
import { seedSecrets } from './seed-secrets.ts';
import { startNats, startRedis } from './start-nodes.ts';
import { statusView } from './status-view.ts';

export interface StartContext {
  options: SupervisorOptions;
  signal: AbortSignal;
  /** Told of each part that is up. */
  step(text: string): void;
  /** Told of what went wrong without anybody waiting for it. */
  onError(error: unknown): void;
  /** Takes what ends a part; ends are called last first. */
  onStop(end: () => Promise<void>): void;
}

/** Everything that `up` brings up, in the order in which parts need each other; the rest side by side. */
export async function startPlatform(context: StartContext): Promise<void> {
  const { options, signal, step, onError, onStop } = context;
  const { slot } = options;
  const { stateDir } = options.fleet.environment;
  const layout = embeddedLayout(slot, stateDir, options.fleet.redis);

  const journal = await cleanJournal(stateDir);
  await removeAllTraces(stateDir);
  onStop(() => endLeftovers(journal));
  await removeFromDocker(stateDir).catch(onError);
  const [natsServer, redisServer] = await Promise.all([
    findNatsServer(options.natsServer),
    findRedisServer(options.redisServer),
    requireFreePorts(portsOf(layout), slot),
  ]);
  const [authority, redisPassword] = await Promise.all([
    ensureTrust(layout, options.fleet.name, new Date()),
    ensureRedisPassword(stateDir),
  ]);
  signal.throwIfAborted();

  let join: Faults['join'] = () => {};
  const aws = await openAwsSide({
    fleet: options.fleet,
    layout,
    journal,
    openRuntime: openRuntimeOf(options),
    timeScale: options.timeScale,
    onHealthCommand: (container, command) => join(container, command),
    onError,
  });
  onStop(() => aws.close());
  // A revocation outlives the platform: whoever was unmapped stays so.
  const asRecorded = async (defined: Fleet): Promise<Fleet> => {
    const { name, region } = defined.environment;
    const text = await parameterText(aws.services, region, generationsPath(defined.name, name));
    return { ...defined, generations: parseGenerations(text) };
  };
  const fleet = await asRecorded(options.fleet);
  let write: () => void = () => {};
  const plan = { fleet, layout, journal, signal, onChange: () => write() };
  const certify = (kind: 'nats' | 'redis') => ensureCertificates(layout, kind, fleet, authority, new Date());
  // Keys are made in the order they are asked for, and a Redis cluster takes 2 s to form whatever one does: its keys
  // come first.
  const redisCertified = certify('redis');
  const [nats, redis] = await Promise.all([
    certify('nats').then(async () => {
      const keepers = await startNats(natsServer, plan);
      onStop(() => stopAll(keepers));
      step(`NATS: ${keepers.length} nodes, all routed, one JetStream leader`);
      return keepers;
    }),
    redisCertified.then(async () => {
      const started = await startRedis(redisServer, redisPassword, plan);
      onStop(() => stopAll(started.keepers));
      step(`Redis: ${fleet.redis.shards} shards on ${started.keepers.length} nodes`);
      return started;
    }),
    seedSecrets(aws.secrets, { fleet, authority, redisPassword }, new Date()).then(() => step('secrets')),
  ]);
  const inventory = (of: typeof fleet) =>
    seedInventory({ fleet: of, layout, secrets: aws.secrets, services: aws.services }, new Date());
  await inventory(fleet);

  let limited = options.awsLimits;
  const keepers = [...nats, ...redis.keepers];
  // Its certificate and whom it trusts may be others by now.
  const rolesNow = async () => await redisRoles(layout.redis, await redisAccess(layout.certs, redisPassword));
  const faults = createFaults({
    layout,
    async inventory() {
      const roles = await rolesNow();
      return takeInventory({ fleet, layout, keepers, roles, tasks: aws.tasks(), services: aws.services });
    },
    keepers,
    onChange: () => write(),
    onError,
  });
  join = faults.join;
  const control: Control = {
    faults,
    async status() {
      const roles = await rolesNow();
      const sources = { fleet, layout, runtime: options.runtime, supervisorPid: process.pid, roles };
      return statusView({
        ...sources,
        awsLimits: limited,
        nats,
        redis: redis.keepers,
        tasks: aws.tasks(),
        faults: faults.list(),
      });
    },
    async heal() {
      const { fleet: defined, awsLimits } = readOptions(stateDir);
      const next = await asRecorded(defined);
      limited = awsLimits;
      write();
      // First: a node that is down may be so because of what its file says.
      await reloadNatsNodes(next, layout, nats);
      const healed = [...(await healAll(keepers)), ...(await restartLame(nats, layout))];
      const access = await redisAccess(layout.certs, redisPassword);
      healed.push(...(await mendRedis(layout, redis.keepers, next.redis.shards, access)));
      // Another one may sign since, and secrets by the one before would be trusted by nobody.
      const signs = await ensureTrust(layout, next.name, new Date());
      await seedSecrets(aws.secrets, { fleet: next, authority: signs, redisPassword }, new Date());
      await inventory(next);
      return healed;
    },
  };
  // Before the nodes: tasks drain over them.
  onStop(() => aws.stopTasks());
  // Before everything: a frozen task has to take its SIGTERM.
  onStop(async () => void (await faults.healAll()));
  const token = randomBytes(32).toString('hex');
  await aws.listen([controlRoute(token, control)], [...awsLimits(() => limited), faults.gate]);
  step('AWS endpoint');

  let written = Promise.resolve();
  const writeFile = async () => {
    const file: PlatformFile = { ...(await control.status()), token };
    await replaceFile(layout.platformFile, `${JSON.stringify(file, undefined, 2)}\n`);
  };
  onStop(async () => {
    write = () => {};
    await written;
    rmSync(layout.platformFile, { force: true });
  });
  await writeFile();
  // One after the other, so that the last to land is the newest.
  write = () => {
    written = written.then(writeFile).catch(onError);
  };
}

/** Ends what a supervisor that crashed left running, and starts a journal anew. */
async function cleanJournal(stateDir: string): Promise<Journal> {
  const file = path.join(stateDir, 'processes.journal');
  await endAll(openJournal(file).entries());
  rmSync(file, { force: true });
  return openJournal(file);
}

/** A part that was just starting when the stop came may have started a process meanwhile. */
async function endLeftovers(journal: Journal): Promise<void> {
  while (journal.entries().some(isAlive)) await endAll(journal.entries());
}

async function stopAll(keepers: Keeper[]): Promise<void> {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
}

async function healAll(keepers: Keeper[]): Promise<string[]> {
  const healed = await Promise.all(keepers.map((keeper) => keeper.heal()));
  return keepers.filter((_, i) => healed[i]).map(({ name }) => name);
}

async function restartLame(nats: Keeper[], layout: EmbeddedLayout): Promise<string[]> {
  const lame = await natsWithoutJetStream(layout);
  await Promise.all(nats.filter(({ name }) => lame.includes(name)).map((keeper) => keeper.restart()));
  return lame;
}

function portsOf(layout: EmbeddedLayout): number[] {
  return [
    layout.endpointPort,
    layout.gatewayPort,
    ...layout.nats.flatMap((node) => [node.clientPort, node.routePort, node.monitorPort]),
    ...layout.redis.flatMap((node) => [node.port, node.busPort]),
  ];
}
