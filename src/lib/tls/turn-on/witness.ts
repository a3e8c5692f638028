import { recogniseFault } from '../../connection-fault.ts';
import { messageOf } from '../../errors.ts';
import type { Environment, NatsNode } from '../../fleet/fleet.ts';
import { OPERATOR } from '../../fleet/identity.ts';
import { connectNats } from '../../nats/connect.ts';
import { greetInPlain, type Info, type Listener, shakeHands } from '../../nats/handshake.ts';
import { inboxPrefix } from '../../nats/permissions.ts';
import { isInStep } from '../../nats/replicas.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import type { Varz } from '../../nats/system.ts';
import type { Witness } from '../config/prove-config.ts';
import { clusterTroubles, viewsOf } from '../config/whole-cluster.ts';
import { troubleCrossing } from './crossing.ts';
import type { Rung } from './rungs.ts';
import { waysInto } from './ways.ts';

/** What the listeners of a node on each rung do for whoever comes; `refused` is looked for too. */
const LISTENERS: Record<Rung, { client: Manner; route: Manner; words: string }> = {
  plain: {
    ...{ client: { plain: 'taken', tls: 'unasked' }, route: { plain: 'taken', tls: 'unasked' } },
    words: 'clients and routes come without TLS',
  },
  mixed: {
    ...{ client: { plain: 'taken', tls: 'taken' }, route: { plain: 'taken', tls: 'unasked' } },
    words: 'clients come with TLS and without',
  },
  routes: {
    ...{ client: { plain: 'taken', tls: 'taken' }, route: { plain: 'unasked', tls: 'taken' } },
    words: 'clients come with TLS and without, routes with it',
  },
  mapped: {
    ...{ client: { plain: 'refused', tls: 'taken' }, route: { plain: 'unasked', tls: 'taken' } },
    words: 'client and route port let us in by our certificate, and nobody without TLS',
  },
};

interface Manner {
  plain: 'taken' | 'refused' | 'unasked';
  tls: 'taken' | 'unasked';
}

/** Who looks at a fleet of which some nodes have no TLS yet. @param rung on which a node's listeners should be */
export function passageWitness(environment: Environment, rung: Rung): Witness {
  const { client, route, words } = LISTENERS[rung];
  return {
    listening: words,
    varz: (node) => varzOf(node, environment),
    async listeners(node) {
      const both = [look(node, 'client', client, environment), look(node, 'route', route, environment)];
      return (await Promise.all(both)).flat();
    },
    cluster: () => lookAtAll(environment),
  };
}

async function look(
  node: NatsNode,
  listener: Listener,
  { plain, tls }: Manner,
  { operator }: Environment,
): Promise<string[]> {
  const port = listener === 'client' ? node.clientPort : node.routePort;
  const target = { listener, host: node.host, port, timeout: NATS_TIMEOUT };
  const troubles: string[] = [];
  const trouble = (message: string) => troubles.push(`${listener} port: ${message}`);
  if (tls === 'taken') {
    try {
      if (operator === undefined) return ['the environment names no operator identity'];
      const { untrusted } = await shakeHands(target, { identity: operator, ca: operator.ca });
      if (untrusted !== undefined) trouble(`not to be trusted (${untrusted})`);
    } catch (error) {
      trouble(messageOf(error));
    }
  }
  if (plain === 'unasked') return troubles;
  const fault = await greetInPlain(target).then(() => undefined, recogniseFault);
  if (plain === 'taken' && fault !== undefined) trouble(`without TLS: ${fault.message}`);
  if (plain === 'refused' && fault === undefined) trouble('it takes clients without TLS');
  if (plain === 'refused' && fault?.kind === 'timeout') trouble(`without TLS: ${fault.message}`);
  return troubles;
}

/** By how it greets where it cannot be asked yet: another process has another id, and has loaded nothing of ours. */
async function varzOf(node: NatsNode, environment: Environment): Promise<Varz> {
  const ways = waysInto(environment);
  try {
    const info = await ways.info(node);
    const ask = await ways.to(node).catch(() => undefined);
    return (await ask?.('VARZ').catch(() => undefined)) ?? greeted(info, environment);
  } finally {
    await ways.close();
  }
}

function greeted({ server_id, server_name, version }: Info, { nats }: Environment): Varz {
  return {
    ...{ server_id, server_name, version, now: '', start: server_id, config_load_time: server_id },
    ...{ tags: [], remotes: nats.nodes.length - 1 },
  };
}

/** Routes and JetStream as the servers tell of them; before any lets us in, what shows without that. And messages. */
async function lookAtAll(environment: Environment): Promise<string[]> {
  const { nodes } = environment.nats;
  const ways = waysInto(environment);
  try {
    const infos = await Promise.all(
      nodes.map(async (node) => {
        const info = await ways.info(node).catch(recogniseFault);
        return { node, info };
      }),
    );
    const silent = infos.flatMap(({ node, info }) =>
      info instanceof Error ? [`${node.name} does not answer: ${info.message}`] : [],
    );
    if (silent.length > 0) return silent;
    const greetings = infos as { node: NatsNode; info: Info }[];
    const known = await Promise.all(nodes.map((node) => ways.to(node)));
    const troubles = known.every((ask) => ask !== undefined)
      ? clusterTroubles(await viewsOf(nodes, async (node) => known[nodes.indexOf(node)] as never))
      : await troubleWithStreams(greetings);
    return troubles.length > 0 ? troubles : await troubleCrossing(environment, greetings);
  } catch (error) {
    return [messageOf(error)];
  } finally {
    await ways.close();
  }
}

/** As any client may ask JetStream; that its own nodes are current shows in its answering, and in no more than that. */
async function troubleWithStreams(greetings: { node: NatsNode; info: Info }[]): Promise<string[]> {
  const first = greetings.find(({ info }) => info.jetstream);
  if (first === undefined) return [];
  const named = { inboxPrefix: inboxPrefix(OPERATOR), name: OPERATOR, timeout: NATS_TIMEOUT };
  const nc = await connectNats({ to: first.node, identity: undefined, ...named });
  try {
    const manager = await nc.jetstreamManager({ timeout: NATS_TIMEOUT });
    const troubles: string[] = [];
    for await (const { config, cluster } of manager.streams.list()) {
      if (cluster !== undefined && cluster.leader === undefined)
        troubles.push(`stream ${config.name} has no leader`);
      for (const replica of cluster?.replicas ?? [])
        if (!isInStep(replica)) troubles.push(`stream ${config.name} is not current on ${replica.name}`);
    }
    return troubles;
  } catch (error) {
    return [`JetStream does not answer: ${recogniseFault(error).message}`];
  } finally {
    await nc.close();
  }
}
