import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import type { Gate } from '../../../src/local/aws/gate.ts';
import type { OpenRuntime } from '../../../src/local/ecs/ecs.ts';
import { openJournal } from '../../../src/local/journal.ts';
import { createProcessRuntime } from '../../../src/local/runtime/process-runtime.ts';
import { openAwsSide } from '../../../src/local/supervisor/aws-side.ts';
import { REPOSITORY } from '../../support/definition.ts';
import { leaseSlot } from '../../support/slot.ts';
import { pushImages } from './push-images.ts';

/** Scheduler seconds in a real one. */
const TIME_SCALE = 20;
const REPOSITORY_NAME = 'foreign/waiter';

export interface AwsPlatform {
  port: number;
  /** For the commands of gsys that ask AWS alone. */
  env: Record<string, string>;
  /** A reference that tasks can run: a process that waits for its end. */
  image: string;
  /** Of the first NATS node, which has nothing in it. */
  nodeFolder: string;
  /** Faults that the endpoint reported as its own. */
  errors: unknown[];
  close(): Promise<void>;
}

interface AwsPlatformOptions {
  openRuntime?: OpenRuntime;
  gates?: Gate[];
  timeScale?: number;
}

/** The AWS side of `local up`, put together as the supervisor does, without NATS and Redis. */
export async function startAws({
  openRuntime = createProcessRuntime,
  gates = [],
  timeScale = TIME_SCALE,
}: AwsPlatformOptions = {}): Promise<AwsPlatform> {
  const home = mkdtempSync(path.join(tmpdir(), 'gsys-foreign-'));
  const slot = leaseSlot();
  const fleet = await loadFleet({ from: REPOSITORY, home, slot: String(slot) });
  const layout = embeddedLayout(slot, fleet.environment.stateDir, fleet.redis);
  const errors: unknown[] = [];
  const aws = await openAwsSide({
    fleet,
    layout,
    journal: openJournal(path.join(home, 'journal')),
    openRuntime,
    timeScale,
    onHealthCommand() {},
    onError: (error) => void errors.push(error),
  });
  await aws.listen([], gates);
  const registry = `127.0.0.1:${layout.endpointPort}`;
  await pushImages(registry, REPOSITORY_NAME, ['v1', 'v2']);
  return {
    port: layout.endpointPort,
    env: { GSYS_HOME: home, GSYS_SLOT: String(slot) },
    image: `${registry}/${REPOSITORY_NAME}:v1`,
    nodeFolder: layout.nats[0]?.folder ?? '',
    errors,
    async close() {
      await aws.stopTasks();
      await aws.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
