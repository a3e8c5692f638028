import { setMaxListeners } from 'node:events';
import { ConnectionFault } from '../../connection-fault.ts';
import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { pause } from '../../pause.ts';
import { redisLogin } from '../../redis/login.ts';
import { readRecent } from '../../release/history.ts';
import { listAlarms } from '../alarms/list.ts';
import { lookAtClients } from '../look/clients.ts';
import { lookAtListeners } from '../look/listeners.ts';
import { lookAtNodes } from '../look/nodes.ts';
import { lookAtRedis } from '../look/redis.ts';
import { lookAtWork } from '../look/work.ts';
import { answerFrom } from './answer-from.ts';
import { meshParts } from './mesh-parts.ts';
import { type Asked, firstAfter, intervalOf, restAfter } from './pace.ts';
import type { TopSources } from './sources.ts';
import { watchService } from './watch-service.ts';
import { type News, NOTHING_WATCHED, type Watched, watchedAfter } from './watched.ts';

interface WatchOptions {
  fleet: Fleet;
  sources: TopSources;
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A fleet that is looked at until the signal is aborted. Every source has a pace of its own, and none waits for another. */
export interface Watch {
  state(): Watched;
  /** Looks at one service closely, or at none. */
  focus(service: string | undefined): void;
}

/** Releases that are read: among them is, as a rule, the last of every service that matters at night. */
const RELEASES = 5;

export function watchFleet({ fleet, sources, signal, now }: WatchOptions): Watch {
  const { environment } = fleet;
  let watched = NOTHING_WATCHED;
  let leaveService = new AbortController();
  const tell = (news: News) => {
    if (signal.aborted) return;
    watched = watchedAfter(watched, news, now());
  };
  const keepAsking = async (asked: Asked, ask: () => Promise<News>, until: AbortSignal) => {
    await pause(firstAfter(asked), until).catch(() => undefined);
    while (!until.aborted) {
      const began = performance.now();
      tell(await ask());
      const took = performance.now() - began;
      await pause(restAfter(took, intervalOf(asked, fleet, watched)), until).catch(() => undefined);
    }
  };

  const asking: Record<Exclude<Asked, 'focus-tasks'>, () => Promise<News>> = {
    services: async () => {
      const names = fleet.services.map(({ ecsService }) => ecsService);
      const described = sources.ecs.describeServices(names).then(({ services }) => services);
      return { of: 'services', answer: await answerFrom(described) };
    },
    tasks: async () => ({ of: 'tasks', answer: await answerFrom(sources.ecs.tasks()) }),
    alarms: async () => ({
      of: 'alarms',
      answer: await answerFrom(listAlarms(fleet, fleet.services, sources.alarms)),
    }),
    releases: async () => ({
      of: 'releases',
      answer: await answerFrom(readRecent(sources.logs, fleet, RELEASES)),
    }),
    nodes: async () => ({
      of: 'nodes',
      answers: await lookAtNodes(environment.nats.nodes, sources.nats.system),
    }),
    clients: async () => ({
      of: 'clients',
      answers: await lookAtClients(environment.nats.nodes, sources.nats.system),
    }),
    work: async () => ({
      of: 'work',
      answer: await answerFrom(
        operatorsOf(partsOf(watched, environment.nats.nodes), sources).then(lookAtWork),
      ),
    }),
    redis: async () => ({
      of: 'redis',
      answer: await answerFrom(
        redisLogin(environment, sources.secrets.value).then((access) =>
          lookAtRedis(environment.redis.endpoints, access),
        ),
      ),
    }),
    listeners: async () => ({ of: 'listeners', answers: await lookAtListeners(environment) }),
  };
  for (const [asked, ask] of Object.entries(asking)) void keepAsking(asked as Asked, ask, signal);
  signal.addEventListener('abort', () => leaveService.abort(), { once: true });

  return {
    state: () => watched,
    focus(service) {
      leaveService.abort();
      leaveService = new AbortController();
      tell({ of: 'focus', service });
      const chosen = fleet.services.find(({ name }) => name === service);
      if (chosen === undefined) return;
      const until = AbortSignal.any([signal, leaveService.signal]);
      setMaxListeners(0, until);
      const { tasks, follow } = watchService(chosen, sources, until);
      void keepAsking('focus-tasks', tasks, until);
      void follow(tell);
    },
  };
}

/** Nodes that reach each other, together; before anything is known of the mesh, each by itself. */
function partsOf({ nodes }: Watched, defined: NatsNode[]): NatsNode[][] {
  const parts = meshParts(nodes);
  if (parts.length === 0) return defined.map((node) => [node]);
  return parts.map((names) => defined.filter(({ name }) => names.includes(name)));
}

/** One connection into each part. @throws ConnectionFault when there is none into any */
async function operatorsOf(parts: NatsNode[][], { nats }: TopSources) {
  const opened = await Promise.all(parts.map((part) => firstOf(part, nats)));
  const open = opened.flatMap((one) => one ?? []);
  if (open.length === 0) throw new ConnectionFault('tcp', 'no NATS node lets the operator in');
  return open;
}

async function firstOf(nodes: NatsNode[], nats: TopSources['nats']) {
  for (const node of nodes) {
    const open = await nats.operator(node).catch(() => undefined);
    if (open !== undefined) return open;
  }
  return undefined;
}
