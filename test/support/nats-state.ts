import type { JetStreamManager } from 'nats';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { connectOperator } from '../../src/lib/nats/operator.ts';
import { REPOSITORY } from './definition.ts';
import type { Platform } from './platform.ts';

interface Jsz {
  account_details?: { stream_detail?: { name: string; cluster?: { leader?: string } }[] }[];
}

/** The names of the nodes that hold a stream, its leader first: each node tells of the streams that it holds. */
export async function holdersOf(fleet: Platform, stream: string): Promise<string[]> {
  const { nats } = await fleet.status();
  const held = await Promise.all(
    nats.map(async ({ name, monitorUrl }) => {
      const { account_details = [] } = await read<Jsz>(`${monitorUrl}/jsz?accounts=true&streams=true`);
      const streams = account_details.flatMap(({ stream_detail = [] }) => stream_detail);
      return { node: name, own: streams.find((one) => one.name === stream) };
    }),
  );
  const holders = held.filter(({ own }) => own !== undefined);
  const leader = holders.find(({ own }) => own?.cluster?.leader)?.own?.cluster?.leader;
  if (leader === undefined) throw new Error(`no node leads ${stream}`);
  return [leader, ...holders.map(({ node }) => node).filter((node) => node !== leader)];
}

/** How many tasks are connected to each node; the operator comes and goes. */
export async function tasksByNode(fleet: Platform): Promise<{ node: string; tasks: string[] }[]> {
  const { nats, tasks } = await fleet.status();
  const services = new Set(tasks.map(({ service }) => service));
  return await Promise.all(
    nats.map(async ({ name, monitorUrl }) => {
      const { connections } = await read<{ connections: { name?: string }[] }>(`${monitorUrl}/connz`);
      const names = connections.map((connection) => connection.name ?? '');
      return { node: name, tasks: names.filter((each) => services.has(each)) };
    }),
  );
}

async function read<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** What somebody can do to streams who has the operator's certificate and a NATS tool. */
export async function askJetStream<T>(
  { home, slot }: Platform,
  ask: (manager: JetStreamManager) => Promise<T>,
): Promise<T> {
  const { environment } = await loadFleet({ from: REPOSITORY, home, slot: String(slot) });
  const operator = await connectOperator(environment, AbortSignal.timeout(60_000));
  try {
    return await ask(await operator.jetstreamManager({ timeout: 20_000 }));
  } finally {
    await operator.close();
  }
}
