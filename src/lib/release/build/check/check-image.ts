import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../../errors.ts';
import type { Fleet, Service } from '../../../fleet/fleet.ts';
import { healthCommandFault } from '../contents/health-commands.ts';
import { type ImageContents, type ImageParts, imageContents } from '../contents/image-contents.ts';
import { NODE_LABEL } from '../image.ts';
import type { StoredImage } from '../image-store.ts';
import { type Child, startChild } from './child.ts';
import { freePorts } from './free-ports.ts';
import { type Relay, startRelay } from './relay.ts';
import type { TrialGround } from './trial-ground.ts';
import { type TrialTask, trialTask } from './trial-task.ts';
import { unpackOwnLayer } from './unpack-layer.ts';
import { waitFor } from './wait-for.ts';

/** What is tried, in this order. */
export type CheckStep = 'image' | 'start' | 'without NATS' | 'with NATS' | 'SIGTERM';

/** An image that does not behave as a task has to. */
export class CheckFault extends Error {
  readonly step: CheckStep;
  /** The last that it wrote. */
  readonly lines: string[];

  constructor(step: CheckStep, message: string, lines: string[] = []) {
    super(message);
    this.step = step;
    this.lines = lines;
  }
}

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

/** Milliseconds until its health port answers; a busy machine is slow. */
const START_PATIENCE = 30_000;

/**
 * Runs an image as a task would run: it must not be ready, nor count as healthy, before it has NATS; be both with it;
 * and leave with 0 when it is told to.
 * @throws CheckFault
 */
export async function checkImage(trial: ImageTrial): Promise<void> {
  const { service, ground, folder, signal } = trial;
  const contents = await during('image', () => imageContents(trial.parts));
  refuseOtherNode(contents);
  const relay = await startRelay(ground.natsPort);
  let child: Child | undefined;
  try {
    const task = await during('image', () => prepare(trial, contents, relay));
    const fault = await healthCommandFault(contents, task.healthCommand);
    if (fault !== undefined)
      throw new CheckFault(
        'image',
        `its health command "${task.healthCommand?.join(' ')}" cannot run: ${fault}`,
      );
    child = startChild(task.main);
    await refuseWithoutNats(task, child, signal);
    relay.open();
    await becomeReady(task, child, readyPatience(service), signal);
    await leave(task, child, signal);
  } finally {
    await child?.end();
    await relay.close();
  }

  async function prepare({ fleet, image }: ImageTrial, { config }: ImageContents, { port: natsPort }: Relay) {
    const [tree, temporary] = [path.join(folder, 'tree'), path.join(folder, 'tmp')];
    await Promise.all([tree, temporary].map((place) => mkdir(place, { recursive: true })));
    await unpackOwnLayer(image.layers.at(-1)?.file ?? '', tree);
    const [port = 0, healthPort = 0] = await freePorts(2);
    const place = { tree, temporary, programs: trial.programs, natsPort, port, healthPort, ground };
    return await trialTask(fleet, service, config, place);
  }
}

async function refuseWithoutNats(task: TrialTask, child: Child, signal: AbortSignal): Promise<void> {
  const answered = await waitFor(() => answerOf(task, '/health', child), START_PATIENCE, signal);
  if (child.hasExited()) throw await ended('start', child);
  if (answered === undefined)
    throw new CheckFault(
      'start',
      `${task.url}/health does not answer in ${START_PATIENCE / 1000} s`,
      child.lastLines(),
    );
  for (const route of ['/ready', '/health']) {
    const status = await answerOf(task, route, child);
    if (child.hasExited()) throw await ended('without NATS', child);
    if (status !== 503)
      throw new CheckFault('without NATS', `${route} answers ${status}, not 503`, child.lastLines());
  }
  if ((await healthCode(task, signal)) === 0)
    throw new CheckFault('without NATS', 'its health command ends with 0', child.lastLines());
}

/** Milliseconds after which ECS would have given it up. */
function readyPatience({ health }: Service): number {
  return (health.startPeriod + health.retries * health.interval + health.timeout) * 1000;
}

async function becomeReady(
  task: TrialTask,
  child: Child,
  patience: number,
  signal: AbortSignal,
): Promise<void> {
  let status: number | undefined;
  const ready = async () => {
    status = await answerOf(task, '/ready', child);
    return status === 200 || child.hasExited() || undefined;
  };
  await waitFor(ready, patience, signal);
  if (child.hasExited()) throw await ended('with NATS', child);
  if (status !== 200)
    throw new CheckFault(
      'with NATS',
      `/ready still answers ${status} after ${patience / 1000} s`,
      child.lastLines(),
    );
  const health = await answerOf(task, '/health', child);
  if (health !== 200)
    throw new CheckFault('with NATS', `/health answers ${health}, not 200`, child.lastLines());
  const code = await healthCode(task, signal);
  if (code !== undefined && code !== 0)
    throw new CheckFault('with NATS', `its health command ends with ${code}, not 0`, child.lastLines());
}

async function leave(task: TrialTask, child: Child, signal: AbortSignal): Promise<void> {
  child.signal('SIGTERM');
  const over = await waitFor(async () => child.hasExited() || undefined, task.stopTimeout, signal);
  const bound = `${task.stopTimeout / 1000} s`;
  if (!over) throw new CheckFault('SIGTERM', `it is still there after ${bound}`, child.lastLines());
  const code = await child.exited;
  if (code !== 0) throw new CheckFault('SIGTERM', `it ends with ${code}, not 0`, child.lastLines());
}

/** The status; undefined while nobody answers, 0 when nobody will. */
async function answerOf({ url }: TrialTask, route: string, child: Child): Promise<number | undefined> {
  try {
    const response = await fetch(url + route, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return child.hasExited() ? 0 : undefined;
  }
}

/** @returns its exit code, 137 where it takes too long; undefined when there is none */
async function healthCode(
  { healthCommand, health, healthTimeout }: TrialTask,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (healthCommand === undefined) return undefined;
  const command = startChild(health());
  try {
    await waitFor(async () => command.hasExited() || undefined, healthTimeout, signal);
  } finally {
    command.signal('SIGKILL');
  }
  return await command.exited;
}

async function ended(step: CheckStep, child: Child): Promise<CheckFault> {
  const how = await child.exited.then((code) => `it ended by itself with ${code}`, messageOf);
  return new CheckFault(step, how, child.lastLines());
}

function refuseOtherNode({ config }: ImageContents): void {
  const wanted = config.Labels?.[NODE_LABEL];
  const { node } = process.versions;
  if (wanted === node.split('.')[0]) return;
  throw new CheckFault(
    'image',
    `it is made for Node ${wanted}, and this machine has ${node}: run gsys with the former`,
  );
}

async function during<T>(step: CheckStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CheckFault ? error : new CheckFault(step, messageOf(error));
  }
}
