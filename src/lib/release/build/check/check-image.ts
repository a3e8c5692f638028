import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Fleet, Service } from '../../../fleet/fleet.ts';
import { healthCommandFault } from '../contents/health-commands.ts';
import { type ImageContents, type ImageParts, imageContents } from '../contents/image-contents.ts';
import { NODE_LABEL } from '../image.ts';
import type { StoredImage } from '../image-store.ts';
import { type AskedTask, healthCode, statusOf } from './ask-task.ts';
import { CheckFault, during, endedByItself } from './check-fault.ts';
import { type Child, startChild } from './child.ts';
import { freePorts } from './free-ports.ts';
import { type Relay, startRelay } from './relay.ts';
import type { TrialGround } from './trial-ground.ts';
import { type TrialTask, trialTask } from './trial-task.ts';
import { unpackOwnLayer } from './unpack-layer.ts';
import { waitFor } from './wait-for.ts';

export interface ImageTrial {
  fleet: Fleet;
  service: Service;
  image: StoredImage;
  /** How to look into it. */
  parts: ImageParts;
  ground: TrialGround;
  /** A folder that holds `node` and nothing else. */
  programs: string;
  /** Of this trial alone. */
  folder: string;
  signal: AbortSignal;
}

/** Milliseconds for an answer of its health port, and until there is a first one; a busy machine is slow. */
const PATIENCE = 30_000;

/**
 * Runs an image as a task would run: it must not be ready, nor count as healthy, before it has NATS; be both with it;
 * and leave with 0 when it is told to.
 * @throws CheckFault
 */
export async function checkImage(trial: ImageTrial): Promise<void> {
  const { service, ground, signal } = trial;
  const contents = await during('image', () => imageContents(trial.parts));
  refuseOtherNode(contents);
  const relay = await startRelay(ground.natsPort);
  let child: Child | undefined;
  try {
    const task = await during('image', () => prepare(trial, contents, relay));
    await refuseWithoutHealthCommand(contents, task);
    child = startChild(task.main);
    const asked = { task, child, signal };
    await refuseWithoutNats(asked);
    relay.open();
    await becomeReady(asked, service);
    await leave(asked);
  } finally {
    await child?.end();
    await relay.close();
  }
}

async function prepare(trial: ImageTrial, { config }: ImageContents, relay: Relay): Promise<TrialTask> {
  const { fleet, service, image, programs, folder, ground } = trial;
  const [tree, temporary] = [path.join(folder, 'tree'), path.join(folder, 'tmp')];
  await Promise.all([tree, temporary].map((place) => mkdir(place, { recursive: true })));
  await unpackOwnLayer(image.layers.at(-1)?.file ?? '', tree);
  const [port = 0, healthPort = 0] = await freePorts(2);
  const place = { tree, temporary, programs, natsPort: relay.port, port, healthPort, ground };
  return await trialTask(fleet, service, config, place);
}

function refuseOtherNode({ config }: ImageContents): void {
  const wanted = config.Labels?.[NODE_LABEL];
  const { node } = process.versions;
  if (wanted === node.split('.')[0]) return;
  const what = `it is made for Node ${wanted}, and this machine has ${node}`;
  throw new CheckFault('image', `${what}: run gsys with the former`);
}

async function refuseWithoutHealthCommand(contents: ImageContents, task: TrialTask): Promise<void> {
  const { healthCommand: command } = task;
  const fault = await during('image', () => healthCommandFault(contents, command));
  if (fault !== undefined)
    throw new CheckFault('image', `its health command "${command?.join(' ')}" cannot run: ${fault}`);
}

async function refuseWithoutNats(asked: AskedTask): Promise<void> {
  const { task, child } = asked;
  const answered = await statusOf(asked, '/health', PATIENCE);
  if (child.hasExited()) throw await endedByItself('start', child);
  if (answered === undefined)
    throw new CheckFault('start', `${task.url}/health does not answer in ${PATIENCE / 1000} s`, child);
  for (const route of ['/ready', '/health'] as const) {
    const status = await statusOf(asked, route, PATIENCE);
    if (child.hasExited()) throw await endedByItself('without NATS', child);
    if (status !== 503) throw new CheckFault('without NATS', `${route} answers ${status}, not 503`, child);
  }
  if ((await healthCode(asked, 1)) === 0)
    throw new CheckFault('without NATS', 'its health command ends with 0', child);
}

/** It has as long as ECS would give it, which is what its health check says. */
async function becomeReady(asked: AskedTask, { health }: Service): Promise<void> {
  const { child } = asked;
  const seconds = health.startPeriod + health.retries * health.interval + health.timeout;
  const ready = await statusOf(asked, '/ready', seconds * 1000, (status) => status === 200);
  if (child.hasExited()) throw await endedByItself('with NATS', child);
  if (ready !== 200)
    throw new CheckFault('with NATS', `/ready still answers ${ready} after ${seconds} s`, child);
  const healthy = await statusOf(asked, '/health', PATIENCE);
  if (healthy !== 200) throw new CheckFault('with NATS', `/health answers ${healthy}, not 200`, child);
  const code = await healthCode(asked, health.retries);
  if (code !== undefined && code !== 0)
    throw new CheckFault('with NATS', `its health command ends with ${code}, not 0`, child);
}

async function leave({ task, child, signal }: AskedTask): Promise<void> {
  child.signal('SIGTERM');
  const over = await waitFor(async () => child.hasExited() || undefined, task.stopTimeout, signal);
  if (!over) throw new CheckFault('SIGTERM', `it is still there after ${task.stopTimeout / 1000} s`, child);
  const code = await child.exited;
  if (code !== 0) throw new CheckFault('SIGTERM', `it ends with ${code}, not 0`, child);
}
