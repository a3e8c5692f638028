import type { ServiceState, TaskState } from '../../aws/ecs.ts';
import type { Answer } from '../../connection-fault.ts';
import type { RedisView } from '../../redis/cluster.ts';
import type { RecordedRelease } from '../../release/history.ts';
import type { ListedAlarm } from '../alarms/list.ts';
import type { LogLine } from '../log-line.ts';
import type { ClientsAnswer } from '../look/clients.ts';
import type { ListenerAnswer, ListenerLook } from '../look/listeners.ts';
import type { NodeAnswer, NodeLook } from '../look/nodes.ts';
import type { RedisAnswer } from '../look/redis.ts';
import type { InstanceWork } from '../look/work.ts';
import { type Notice, noticedBetween } from './notices.ts';
import { nodeRate, workRates } from './rates.ts';
import { afterAnswer, type Source, UNASKED } from './source.ts';

/** Everything that is looked at again and again, as it was seen last. Plain data. */
export interface Watched {
  services: Source<ServiceState[]>;
  tasks: Source<TaskState[]>;
  alarms: Source<ListedAlarm[]>;
  releases: Source<RecordedRelease[]>;
  work: Source<InstanceWork[]>;
  /** Secrets, and whatever else stands between us and all Redis nodes. */
  redisAccess: Source<true>;
  /** By node. */
  nodes: Record<string, Source<NodeLook>>;
  clients: Record<string, Source<{ all: number; encrypted: number }>>;
  redis: Record<string, Source<RedisView>>;
  /** By listener: `nats-1 route`. */
  listeners: Record<string, Source<ListenerLook>>;
  /** Requests and messages a second, oldest first; undefined where nothing was known. */
  trails: { services: Record<string, Trail>; nodes: Record<string, Trail> };
  /** Newest first. */
  notices: Notice[];
  focus: Focus | undefined;
}

export type Trail = (number | undefined)[];

/** The one service that is looked at closely. */
export interface Focus {
  service: string;
  /** Running, and stopped in the last hour or so. */
  tasks: Source<TaskState[]>;
  /** The last ones. */
  log: LogLine[];
  /** What is said of the following itself; undefined while it is well. */
  logTrouble: string | undefined;
}

/** One answer, or that there was none. */
export type News =
  | { of: 'services'; answer: Answer<ServiceState[]> }
  | { of: 'tasks'; answer: Answer<TaskState[]> }
  | { of: 'alarms'; answer: Answer<ListedAlarm[]> }
  | { of: 'releases'; answer: Answer<RecordedRelease[]> }
  | { of: 'work'; answer: Answer<InstanceWork[]> }
  | { of: 'nodes'; answers: NodeAnswer[] }
  | { of: 'clients'; answers: ClientsAnswer[] }
  | { of: 'redis'; answer: Answer<RedisAnswer[]> }
  | { of: 'listeners'; answers: ListenerAnswer[] }
  | { of: 'focus'; service: string | undefined }
  | { of: 'focus-tasks'; service: string; answer: Answer<TaskState[]> }
  | { of: 'focus-log'; service: string; lines: LogLine[] }
  | { of: 'focus-trouble'; service: string; why: string };

export const NOTHING_WATCHED: Watched = {
  ...{ services: UNASKED, tasks: UNASKED, alarms: UNASKED, releases: UNASKED, work: UNASKED },
  ...{ redisAccess: UNASKED, nodes: {}, clients: {}, redis: {}, listeners: {} },
  ...{ trails: { services: {}, nodes: {} }, notices: [], focus: undefined },
};

/** Points of a trail, notices and log lines that are kept. */
const KEPT = { points: 60, notices: 200, lines: 500 };

/** What is known after one more answer. Pure. @param now milliseconds since the epoch */
export function watchedAfter(watched: Watched, news: News, now: number): Watched {
  const next = withNews(watched, news, now);
  const noticed = noticedBetween(watched, next, now);
  return noticed.length === 0
    ? next
    : { ...next, notices: [...noticed, ...next.notices].slice(0, KEPT.notices) };
}

function withNews(watched: Watched, news: News, now: number): Watched {
  switch (news.of) {
    case 'services':
      return { ...watched, services: afterAnswer(watched.services, news.answer, now) };
    case 'tasks':
      return { ...watched, tasks: afterAnswer(watched.tasks, news.answer, now) };
    case 'alarms':
      return { ...watched, alarms: afterAnswer(watched.alarms, news.answer, now) };
    case 'releases':
      return { ...watched, releases: afterAnswer(watched.releases, news.answer, now) };
    case 'work':
      return withWork(watched, afterAnswer(watched.work, news.answer, now));
    case 'nodes':
      return withNodes(watched, eachAfter(watched.nodes, news.answers.map(byNode), now));
    case 'clients':
      return { ...watched, clients: eachAfter(watched.clients, news.answers.map(byNode), now) };
    case 'listeners':
      return { ...watched, listeners: eachAfter(watched.listeners, news.answers.map(byListener), now) };
    case 'redis':
      return withRedis(watched, news.answer, now);
    case 'focus':
      return { ...watched, focus: news.service === undefined ? undefined : focusOn(news.service) };
    default:
      return withFocus(watched, news, now);
  }
}

function focusOn(service: string): Focus {
  return { service, tasks: UNASKED, log: [], logTrouble: undefined };
}

type FocusNews = Extract<News, { of: 'focus-tasks' | 'focus-log' | 'focus-trouble' }>;

/** What comes late of a service that nobody looks at any more is dropped. */
function withFocus(watched: Watched, news: FocusNews, now: number): Watched {
  const { focus } = watched;
  if (focus?.service !== news.service) return watched;
  if (news.of === 'focus-tasks')
    return { ...watched, focus: { ...focus, tasks: afterAnswer(focus.tasks, news.answer, now) } };
  if (news.of === 'focus-trouble') return { ...watched, focus: { ...focus, logTrouble: news.why } };
  const log = [...focus.log, ...news.lines].slice(-KEPT.lines);
  return { ...watched, focus: { ...focus, log, logTrouble: undefined } };
}

function withWork(watched: Watched, work: Source<InstanceWork[]>): Watched {
  if (work.lost !== undefined) return { ...watched, work };
  const rates = workRates(work);
  const names = new Set([...Object.keys(watched.trails.services), ...rates.keys()]);
  const services = longer(watched.trails.services, [...names], (name) => rates.get(name)?.perSecond);
  return { ...watched, work, trails: { ...watched.trails, services } };
}

function withNodes(watched: Watched, nodes: Watched['nodes']): Watched {
  const rate = (name: string) => {
    const node = nodes[name];
    return node === undefined || node.lost ? undefined : nodeRate(node)?.messages;
  };
  const trails = { ...watched.trails, nodes: longer(watched.trails.nodes, Object.keys(nodes), rate) };
  return { ...watched, nodes, trails };
}

function longer(trails: Record<string, Trail>, names: string[], point: (name: string) => number | undefined) {
  return Object.fromEntries(
    names.map((name) => [name, [...(trails[name] ?? []), point(name)].slice(-KEPT.points)]),
  );
}

function withRedis(watched: Watched, answer: Answer<RedisAnswer[]>, now: number): Watched {
  const access: Answer<true> = answer.ok ? { ok: true, value: true } : answer;
  const redisAccess = afterAnswer(watched.redisAccess, access, now);
  if (!answer.ok) return { ...watched, redisAccess };
  return { ...watched, redisAccess, redis: eachAfter(watched.redis, answer.value.map(byNode), now) };
}

const byNode = <T>({ node, answer }: { node: string; answer: Answer<T> }) => ({ key: node, answer });
const byListener = ({ node, listener, answer }: ListenerAnswer) => ({ key: `${node} ${listener}`, answer });

/** Those that were asked; nobody else is known any more. */
function eachAfter<T>(
  sources: Record<string, Source<T>>,
  answers: { key: string; answer: Answer<T> }[],
  now: number,
): Record<string, Source<T>> {
  return Object.fromEntries(
    answers.map(({ key, answer }) => [key, afterAnswer(sources[key] ?? UNASKED, answer, now)]),
  );
}
