import { GsysError, messageOf } from '../../../lib/errors.ts';
import { type Engine, openEngine } from './engine.ts';
import { callEngine, EngineError, textOf } from './engine-call.ts';

/** Of Docker 20.10, the oldest that is tried here. */
const OLDEST_API = 41;
const PATIENCE = 10_000;

/**
 * Finds the Docker Engine that containers will run on: on this machine, because they use its network.
 * @param host DOCKER_HOST
 * @throws GsysError that says what is missing, and what to type
 */
export async function findDocker(host: string): Promise<Engine> {
  const socket = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (socket === undefined)
    throw new GsysError(
      'USAGE',
      `DOCKER_HOST is ${host}: containers use this machine's network, so Docker has to be reached over a local socket.`,
      { next: 'export DOCKER_HOST=unix:///var/run/docker.sock' },
    );
  const engine = openEngine(socket, await apiVersion(socket, host));
  const info = await engine.info();
  const unfit = unfitBecause(info);
  if (unfit !== undefined)
    throw new GsysError('PLATFORM_FAILED', unfit, { next: 'gsys local up --runtime process' });
  return engine;
}

async function apiVersion(socket: string, host: string): Promise<string> {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await callEngine(socket, undefined, { method: 'GET', path: '/_ping', signal });
    await textOf(response);
    const version = String(response.headers['api-version'] ?? '');
    if (!isKnown(version))
      throw new GsysError(
        'PLATFORM_FAILED',
        `Docker at ${host} speaks API ${version || 'of no version'}; 1.${OLDEST_API} (Docker 20.10) is needed.`,
      );
    return version;
  } catch (error) {
    if (error instanceof GsysError) throw error;
    throw notAnswering(host, error);
  }
}

function isKnown(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  return Number(major) > 1 || Number(minor) >= OLDEST_API;
}

function notAnswering(host: string, error: unknown): GsysError {
  const code =
    error instanceof EngineError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  const [why, next] = REASONS[code ?? ''] ?? [messageOf(error), 'docker info'];
  return new GsysError('MISSING_PROGRAM', `Docker does not answer at ${host}: ${why}.`, {
    cause: error,
    next,
  });
}

/** What a refused connection means, and what cures it. */
const REASONS: Record<string, [why: string, next: string]> = {
  ENOENT: [
    'there is no such socket, so it is not installed or not running',
    'apt-get install -y --no-install-recommends docker.io && systemctl start docker   (or set DOCKER_HOST)',
  ],
  ECONNREFUSED: ['its daemon does not run', 'systemctl start docker'],
  EACCES: ['this user may not use the socket', 'sudo usermod -aG docker $USER, and log in again'],
};

function unfitBecause({ OSType, OperatingSystem, SecurityOptions }: Awaited<ReturnType<Engine['info']>>) {
  if (OSType !== 'linux') return `Docker runs ${OSType} containers here; Linux containers are needed.`;
  if (
    OperatingSystem.includes('Docker Desktop') ||
    SecurityOptions?.some((option) => option.includes('rootless'))
  )
    return `Docker runs containers in a network of its own here (${OperatingSystem}), where they cannot reach the platform.`;
  return undefined;
}
