import { expect } from 'vitest';
import type { Fault } from '../../src/local/faults/fault.ts';
import type { DefinitionFolder } from './definition.ts';
import { fleetFolder } from './fleet-folder.ts';
import { type Platform, platform, watch } from './platform.ts';
import { tracesOf } from './traces.ts';

/** A fleet of settings and gateway, and perhaps others, to be broken. */
export interface FleetUnderTest {
  definition: DefinitionFolder;
  platform: Platform;
  /** Brings the platform up and deploys. */
  start(): Promise<void>;
  /** Builds, pushes and deploys what changed. */
  ship(): Promise<void>;
  inject(kind: string, target: string, ...flags: string[]): Promise<Fault>;
  /** @param ids `--all` for all @returns the ids that were healed */
  heal(...ids: string[]): Promise<string[]>;
  /**
   * Injects one of every fault that reaches into the operating system.
   * @returns pids of all that runs
   */
  breakEverything(): Promise<(number | undefined)[]>;
  /** Sets a player's language through the gateway. @returns whether that was acknowledged */
  write(player: string, language: string): Promise<boolean>;
  /** Undefined where there is no answer. */
  read(player: string): Promise<string | undefined>;
  remove(): Promise<void>;
}

interface Answer {
  settings?: { value?: string }[];
  updatedCount?: number;
  error?: object;
}

/**
 * Nothing runs before `start`; what has been started by then, `remove` ends, whatever became of it.
 * @param more services of the repository besides
 */
export function fleetUnderTest(more: string[] = []): FleetUnderTest {
  const definition = fleetFolder(more);
  const fleet = platform(definition.root);
  const ship = async () => {
    for (const step of [['build'], ['push'], ['deploy', '--yes']]) await fleet.must(...step);
  };
  const ask = async (what: string, body: object) => {
    const { gatewayUrl } = await fleet.status();
    const post = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${gatewayUrl}/settings/${what}`, post).catch(() => undefined);
    return (await response?.json().catch(() => undefined)) as Answer | undefined;
  };
  const inject = async (...args: string[]) =>
    (await fleet.json<{ fault: Fault }>('local', 'fault', 'inject', ...args)).fault;
  return {
    definition,
    platform: fleet,
    async start() {
      await fleet.must('local', 'up');
      await fleet.must('streams', 'apply', '--yes');
      await ship();
      await watch(fleet);
    },
    ship,
    inject,
    heal: async (...ids) => (await fleet.json<{ healed: string[] }>('local', 'fault', 'heal', ...ids)).healed,
    async breakEverything() {
      await inject('freeze', 'redis/redis-6');
      await inject('freeze', 'task/gateway/1');
      await inject('isolate', 'nats/nats-3');
      await inject('delay', 'task/settings/1', '--ms', '50');
      await inject('full-disk', 'nats/nats-1');
      await inject('full-disk', 'state');
      // A table and a class for each of two, a mount and a folder for each of two, and their notes.
      expect(tracesOf(fleet).length).toBeGreaterThan(6);
      const { supervisor, nats, redis, tasks } = await fleet.status();
      return [supervisor, ...nats, ...redis, ...tasks].map(({ pid }) => pid);
    },
    async write(playerId, value) {
      const settings = [{ key: 'language', valueType: 'string', value }];
      const answer = await ask('update', { playerId, merge: true, settings });
      return answer !== undefined && answer.error === undefined;
    },
    async read(playerId) {
      const answer = await ask('get', { playerId, settingKeys: ['language'] });
      return answer?.settings?.[0]?.value;
    },
    async remove() {
      await fleet.remove();
      definition.remove();
    },
  };
}
