import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Platform } from './platform.ts';
import { until } from './until.ts';

/** What somebody can do to NATS nodes on their machines. */
export interface NatsMachines {
  file(node: string, ...names: string[]): string;
  /** Changes what a node's file says and has the node read it, with a restart or without. */
  edit(how: 'restart' | 'reload', nodes: string[], change: (text: string) => string): Promise<void>;
  /** Changes it, and waits for nothing: it may not start any more. */
  spoil(node: string, change: (text: string) => string): Promise<void>;
  reload(node: string): Promise<void>;
}

export function natsMachines(fleet: Platform): NatsMachines {
  const file = (node: string, ...names: string[]) => path.join(fleet.home, 'local', 'nats', node, ...names);
  const pidOf = (node: string) => Number(readFileSync(file(node, 'nats-server.pid'), 'utf8'));
  const monitorOf = (node: string) => {
    const [, address] = /^http: "(.*)"$/m.exec(readFileSync(file(node, 'nats-server.conf'), 'utf8')) ?? [];
    return `http://${address}`;
  };
  const write = (node: string, change: (text: string) => string) => {
    const config = file(node, 'nats-server.conf');
    const text = readFileSync(config, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(config, change(text));
  };
  const tell = async (name: string, signal: 'SIGHUP' | 'SIGINT') => {
    const monitorUrl = monitorOf(name);
    const before = await loadOf(monitorUrl);
    process.kill(pidOf(name), signal);
    await until(`${name} has read its configuration`, async () => {
      const now = await loadOf(monitorUrl);
      return now !== undefined && now !== before;
    });
  };
  const reload = (node: string) => tell(node, 'SIGHUP');
  return {
    file,
    async edit(how, nodes, change) {
      for (const node of nodes) {
        write(node, change);
        // It ends as one that meant to, so that its keeper starts it again at once.
        await (how === 'reload' ? reload(node) : tell(node, 'SIGINT'));
      }
    },
    async spoil(node, change) {
      write(node, change);
      process.kill(pidOf(node), 'SIGINT');
    },
    reload,
  };
}

/** Which process it is, and when it has read its configuration last. */
async function loadOf(monitorUrl: string): Promise<string | undefined> {
  const response = await fetch(`${monitorUrl}/varz`, { headers: { connection: 'close' } }).catch(
    () => undefined,
  );
  const varz = (await response?.json().catch(() => undefined)) as Record<string, unknown> | undefined;
  return varz && `${varz.server_id} ${varz.config_load_time}`;
}
