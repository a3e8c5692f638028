import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Fleet, Service } from '../../../fleet/fleet.ts';
import { taskDefinitionOf } from '../../task-definition.ts';
import type { ImageConfig } from '../contents/image-contents.ts';
import type { ChildPlan } from './child.ts';
import type { TrialGround } from './trial-ground.ts';

/** How an image runs as a task on this machine: from its config and its task definition, as ECS would have it. */
export interface TrialTask {
  main: ChildPlan;
  /** `["CMD", "node", "health.js"]`; undefined where the task definition has none. */
  healthCommand: string[] | undefined;
  /** How that is run. @throws Error when it starts what is not Node */
  health(): ChildPlan;
  /** Milliseconds that the health command may take, and that the task may take to leave after SIGTERM. */
  healthTimeout: number;
  stopTimeout: number;
  /** `http://127.0.0.1:20001` */
  url: string;
}

export interface TrialPlace {
  /** The unpacked image. */
  tree: string;
  /** The task's own folder for what it writes. */
  temporary: string;
  /** A folder that holds `node` and nothing else. */
  programs: string;
  /** Where NATS is for this task, and its own ports. */
  natsPort: number;
  port: number;
  healthPort: number;
  ground: TrialGround;
}

const HOST = '127.0.0.1';
const TLS_SECRET = 'arn:aws:secretsmanager:::secret:tls';
const REDIS_SECRET = 'arn:aws:secretsmanager:::secret:redis';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html and API_ContainerDefinition; seconds. */
const HEALTH_TIMEOUT = 5;
const STOP_TIMEOUT = 30;

/** @throws Error when the task definition has no such container, or starts what is not Node */
export async function trialTask(
  fleet: Fleet,
  service: Service,
  config: ImageConfig,
  place: TrialPlace,
): Promise<TrialTask> {
  const { tree, temporary, programs, natsPort, port, healthPort, ground } = place;
  const environment = {
    ...fleet.environment,
    nats: { ...fleet.environment.nats, clientUrls: [`tls://${HOST}:${natsPort}`] },
    redis: { ...fleet.environment.redis, endpoints: [ground.redis] },
  };
  const resolved = { image: 'checked', tlsSecretArn: TLS_SECRET, redisAuthSecretArn: REDIS_SECRET };
  const definition = taskDefinitionOf({ ...fleet, environment }, { ...service, port, healthPort }, resolved);
  const container = definition.containerDefinitions?.find(({ name }) => name === service.ecsService);
  if (container === undefined) throw new Error(`its template has no container ${service.ecsService}`);

  const secrets: Record<string, string> = {
    [TLS_SECRET]: await ground.bundleOf(service.name),
    [REDIS_SECRET]: ground.redisAuth,
  };
  const told = {
    ...Object.fromEntries((config.Env ?? []).map(nameAndValue)),
    ...Object.fromEntries((container.environment ?? []).map(({ name = '', value = '' }) => [name, value])),
    ...Object.fromEntries(
      (container.secrets ?? []).map(({ name = '', valueFrom = '' }) => [name, secrets[valueFrom] ?? 'none']),
    ),
    ...{ PATH: programs, HOME: temporary, TMPDIR: temporary, HOST },
  };
  const folder = container.workingDirectory ?? config.WorkingDir ?? '/';
  const plan = (words: string[]): ChildPlan => {
    return { ...onThisMachine(words, tree), cwd: path.join(tree, folder), environment: told };
  };
  const { command: healthCommand, timeout = HEALTH_TIMEOUT } = container.healthCheck ?? {};
  const checked = healthCommand !== undefined && healthCommand[0] !== 'NONE' ? healthCommand : undefined;
  return {
    main: plan(commandLine(config, container)),
    healthCommand: checked,
    health: () => plan(wordsOf(checked ?? [])),
    healthTimeout: timeout * 1000,
    stopTimeout: (container.stopTimeout ?? STOP_TIMEOUT) * 1000,
    url: `http://${HOST}:${healthPort}`,
  };
}

/** As Docker does: an entry point of the task definition drops the image's command too. */
function commandLine(
  { Entrypoint = [], Cmd = [] }: ImageConfig,
  { entryPoint, command }: { entryPoint?: string[] | undefined; command?: string[] | undefined },
): string[] {
  if (entryPoint?.length) return [...entryPoint, ...(command ?? [])];
  return [...Entrypoint, ...(command?.length ? command : Cmd)];
}

function wordsOf([kind, ...words]: string[]): string[] {
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
}

/** `node` is the Node that runs us, as on the embedded platform; a script named from the image's root lies in the tree. */
function onThisMachine([program = '', ...args]: string[], tree: string) {
  if (program === '/bin/sh') return { program, args };
  if (path.posix.basename(program) !== 'node') throw new Error(`it starts ${program || 'nothing'}, not node`);
  const inTree = (arg: string) => (arg.startsWith('/') ? path.join(tree, path.posix.normalize(arg)) : arg);
  return {
    program: process.execPath,
    args: args.map((arg) => (existsSync(inTree(arg)) ? inTree(arg) : arg)),
  };
}

function nameAndValue(variable: string): [string, string] {
  const at = variable.indexOf('=');
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)];
}
