import path from 'node:path';
import type { EmbeddedLayout } from '../../../lib/fleet/embedded-layout.ts';
import { isAlive } from '../../journal.ts';
import type { Subject } from '../choose.ts';
import type { Parameters } from '../fault.ts';
import type { InForce } from '../in-force.ts';
import { entriesOf } from '../signals.ts';
import { noteTraces, removeTraces, type Trace } from '../traces.ts';
import { addToClass, classesFolder, joinClass } from './network-class.ts';
import { findNft, loadRules } from './nft.ts';
import { openRelay, type Relay } from './relay.ts';
import { type DelayedParty, delayTable, isolationTable, type Party } from './rules.ts';
import { groupMembers, listeningPorts, socketsOf } from './sockets.ts';

interface Work {
  id: string;
  layout: EmbeddedLayout;
  subjects: Subject[];
}

/** Cuts the network of processes while they live: nothing that they send arrives, nothing reaches them. */
export async function isolate(work: Work): Promise<InForce> {
  return await enforce(work, async (table, parties) => isolationTable(table, parties));
}

/** Makes each round trip to and from processes longer: half on the way there, half on the way back. */
export async function delay(
  work: Work,
  { ms = 0, jitter = 0 }: Parameters,
  random: () => number,
): Promise<InForce> {
  const half = () => (ms + random() * jitter) / 2;
  return await enforce(work, async (table, parties, relays) => {
    const relayTo = async (address: string, port: number) => {
      const relay = await openRelay({ address, port }, half);
      relays.push(relay);
      return [port, relay.port] as const;
    };
    const through = async (address: string, ports: number[]) =>
      new Map(await Promise.all(ports.map((port) => relayTo(address, port))));
    const delayed: DelayedParty[] = [];
    for (const party of parties) {
      const alias = aliasOf(work.layout.slot, party.number);
      const own = party.ports ?? listeningPorts(party.address);
      const inbound = await through(alias, own);
      const outbound = await through('127.0.0.1', platformPorts(work.layout));
      delayed.push({ ...party, alias, inbound, outbound });
    }
    return delayTable(table, delayed);
  });
}

async function enforce(
  { id, layout, subjects }: Work,
  render: (table: string, parties: Party[], relays: Relay[]) => Promise<string>,
): Promise<InForce> {
  const { stateDir, slot } = layout;
  await findNft();
  const entries = entriesOf(subjects);
  const table = `gsys_${slot}_${id}`;
  const classes = classesFolder();
  const living = subjects.flatMap(({ pid, ...subject }, i) =>
    pid === undefined
      ? []
      : [{ ...subject, pid, number: nextClass(slot), folder: path.join(classes, `${table}_${i}`) }],
  );
  const traces: Trace[] = [
    ...living.map(({ folder }) => ({ kind: 'class' as const, folder })),
    { kind: 'table', name: table },
  ];
  noteTraces(stateDir, id, traces);
  const relays: Relay[] = [];
  const heal = async () => {
    // While the rules still lead to their ends: a connection whose ends are not told hangs until somebody writes.
    await Promise.all(relays.map((relay) => relay.close()));
    await removeTraces(stateDir, id, traces);
  };
  try {
    const parties = living.map(({ pid, folder, number, address, ports }): Party => {
      const members = groupMembers(pid);
      joinClass(folder, number, members);
      return { number, address, ports, sockets: socketsOf(members) };
    });
    await loadRules(await render(table, parties, relays));
  } catch (error) {
    await heal().catch(() => {});
    throw error;
  }
  return {
    heal,
    isOver: () => !entries.some(isAlive),
    join(container, healthCommand) {
      const party = living.find(({ pid }) => pid === container);
      if (party !== undefined) addToClass(party.folder, healthCommand);
    },
  };
}

let classCount = 0;

/** 0x67 is ours; the slot keeps platforms apart, the count the parties of one. */
function nextClass(slot: number): number {
  classCount = (classCount + 1) & 0xffff;
  return 0x67_000000 | (slot << 16) | classCount;
}

/** Of the slot's own addresses those that end with 255, which no task gets. */
function aliasOf(slot: number, number: number): string {
  return `127.${64 + slot}.${number & 0xff}.255`;
}

/** What may be dialled at 127.0.0.1. */
function platformPorts({ endpointPort, gatewayPort, nats, redis }: EmbeddedLayout): number[] {
  return [
    endpointPort,
    gatewayPort,
    ...nats.flatMap(({ clientPort, routePort, monitorPort }) => [clientPort, routePort, monitorPort]),
    ...redis.flatMap(({ port, busPort }) => [port, busPort]),
  ];
}
