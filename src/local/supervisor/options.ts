import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { replaceFile } from '../../lib/pki/files.ts';

/** What tasks can run as. */
export const RUNTIMES = ['process', 'docker', 'simulated'] as const;
export type RuntimeKind = (typeof RUNTIMES)[number];

/** What a supervisor is told, in a file: arguments of a process are for everybody to read. */
export interface SupervisorOptions {
  /** Resolved for the embedded environment. */
  fleet: Fleet;
  slot: number;
  runtime: RuntimeKind;
  /** DOCKER_HOST. */
  dockerHost: string;
  natsServer: string;
  redisServer: string;
  /** How many scheduler and health seconds pass in a real one. */
  timeScale: number;
  /** Whether the endpoint throttles as AWS does. */
  awsLimits: boolean;
}

export function optionsFile(stateDir: string): string {
  return path.join(stateDir, 'supervisor.json');
}

export async function writeOptions(stateDir: string, options: SupervisorOptions): Promise<void> {
  await replaceFile(optionsFile(stateDir), JSON.stringify(options));
}

/** Written whole by `up` of the same version just before: it needs no second validation. */
export function readOptions(stateDir: string): SupervisorOptions {
  return JSON.parse(readFileSync(optionsFile(stateDir), 'utf8')) as SupervisorOptions;
}
