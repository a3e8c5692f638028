import type { Readable } from 'node:stream';
import { callEngine, type EngineCall, EngineError, textOf } from './engine-call.ts';

/** Docker Engine's API, as far as the platform calls it: https://docs.docker.com/reference/api/engine/ */
export interface Engine {
  info(): Promise<EngineInfo>;
  /** Takes an archive as `docker save` writes it. @throws EngineError also for what fails half way */
  load(archive: NodeJS.ReadableStream): Promise<void>;
  /** @returns names (`repository:tag`) of images in a repository */
  imageNames(repository: string): Promise<string[]>;
  removeImage(name: string): Promise<void>;
  /** @returns the container's id */
  create(name: string, request: object): Promise<string>;
  /** Output from now on, standard output and error in frames. */
  attach(id: string): Promise<Readable>;
  start(id: string): Promise<void>;
  /** Resolves when the container does not run. */
  wait(id: string): Promise<void>;
  state(id: string): Promise<ContainerState>;
  /** A container that does not run is left alone. */
  kill(id: string, signal: string): Promise<void>;
  /** Ends it first, if it has to. One that is gone is not missed. */
  remove(id: string): Promise<void>;
  /** @returns ids of all containers with a label, running or not */
  withLabel(label: string): Promise<string[]>;
  /** @returns the id of a command that can be run in a container */
  prepareExec(id: string, command: string[]): Promise<string>;
  /** Runs it. The output ends with it. */
  runExec(exec: string): Promise<Readable>;
  execState(exec: string): Promise<{ Running: boolean; ExitCode: number | null; Pid: number }>;
}

export interface EngineInfo {
  OSType: string;
  OperatingSystem: string;
  ServerVersion: string;
  SecurityOptions: string[] | null;
}

export interface ContainerState {
  Running: boolean;
  /** On the machine that the Engine runs on; 0 when it does not run. */
  Pid: number;
  ExitCode: number;
  OOMKilled: boolean;
  Error: string;
}

/** Milliseconds that the Engine has for an answer; loading an image of gigabytes has more. */
const PATIENCE = 60_000;
const LOAD_PATIENCE = 600_000;

/** @param socketPath where the Engine listens @param version of its API, as it says itself */
export function openEngine(socketPath: string, version: string): Engine {
  const call = (request: EngineCall) =>
    callEngine(socketPath, version, { signal: AbortSignal.timeout(PATIENCE), ...request });
  const text = async (request: EngineCall) => textOf(await call(request));
  const json = async <T>(request: EngineCall) => JSON.parse(await text(request)) as T;
  const get = <T>(path: string, query: Record<string, string> = {}) =>
    json<T>({ method: 'GET', path, query });
  const post = (path: string, query: Record<string, string> = {}) => text({ method: 'POST', path, query });
  /** Without a time limit: it lasts as long as what it shows. */
  const follow = (path: string, query: Record<string, string>, body?: object) =>
    callEngine(socketPath, version, { method: 'POST', path, query, ...(body && { body }) });

  return {
    info: () => get('/info'),
    async load(archive) {
      const signal = AbortSignal.timeout(LOAD_PATIENCE);
      const query = { quiet: '1' };
      throwIfFailed(await text({ method: 'POST', path: '/images/load', query, body: archive, signal }));
    },
    async imageNames(repository) {
      const filters = JSON.stringify({ reference: [repository] });
      const images = await get<{ RepoTags: string[] | null }[]>('/images/json', { filters });
      return images
        .flatMap(({ RepoTags }) => RepoTags ?? [])
        .filter((tag) => tag.startsWith(`${repository}:`));
    },
    removeImage: (name) => unlessMissing(text({ method: 'DELETE', path: `/images/${name}` })),
    async create(name, body) {
      const query = { name };
      return (await json<{ Id: string }>({ method: 'POST', path: '/containers/create', query, body })).Id;
    },
    attach: (id) => follow(`/containers/${id}/attach`, { stream: '1', stdout: '1', stderr: '1' }),
    start: async (id) => void (await post(`/containers/${id}/start`)),
    wait: async (id) => void (await textOf(await follow(`/containers/${id}/wait`, {}))),
    state: async (id) => (await get<{ State: ContainerState }>(`/containers/${id}/json`)).State,
    kill: (id, signal) => unlessMissing(post(`/containers/${id}/kill`, { signal })),
    remove: (id) =>
      unlessMissing(text({ method: 'DELETE', path: `/containers/${id}`, query: { force: '1', v: '1' } })),
    async withLabel(label) {
      const filters = JSON.stringify({ label: [label] });
      return (await get<{ Id: string }[]>('/containers/json', { all: '1', filters })).map(({ Id }) => Id);
    },
    async prepareExec(id, Cmd) {
      const body = { AttachStdout: true, AttachStderr: true, Cmd };
      return (await json<{ Id: string }>({ method: 'POST', path: `/containers/${id}/exec`, body })).Id;
    },
    runExec: (exec) => follow(`/exec/${exec}/start`, {}, { Detach: false, Tty: false }),
    execState: (exec) => get(`/exec/${exec}/json`),
  };
}

/** 404: it is gone. 409: it does not run, or is just being removed. */
async function unlessMissing(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

/** What begins well answers 200, whatever comes of it; the failure is in one of the lines. */
function throwIfFailed(lines: string): void {
  for (const line of lines.split('\n').filter((line) => line.trim() !== '')) {
    const { error } = JSON.parse(line) as { error?: string };
    if (error !== undefined) throw new EngineError(error, 500);
  }
}
