import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { fleetFolder } from './fleet-folder.ts';
import { type Platform, platform } from './platform.ts';
import { until } from './until.ts';

/** One event of a release, as JSON tells it. */
export interface ReleaseEvent {
  type: string;
  service?: string;
  services?: { service: string; outcome: string; reason?: string; action?: string }[];
  outcome?: string;
  release?: string;
  wave?: number;
  gate?: string;
  detail?: string;
  proven?: boolean;
  error?: { code: string; message: string; next?: string; exitCode: number };
}

/** A fleet of four services, of which the code can be changed and shipped at will. */
export interface ReleasedFleet {
  root: string;
  platform: Platform;
  /** Appends to a service's code, instead of what was appended before. */
  change(service: string, code: string): void;
  /** Builds and pushes. */
  make(): Promise<void>;
  release(
    ...args: string[]
  ): Promise<{ code: number | undefined; events: ReleaseEvent[]; result: ReleaseEvent }>;
  /** The same of one that has to succeed: else the test fails with what went wrong. */
  ship(...args: string[]): Promise<{ events: ReleaseEvent[]; result: ReleaseEvent }>;
  /** Starts a release, and waits for an event of it. */
  begin(args: string[], wanted: (event: ReleaseEvent) => boolean): Promise<Begun>;
  /** `settings-nats:3` by service. */
  runs(): Promise<Record<string, string>>;
  /** The same definition in a folder of its own, as another person has it. */
  clone(): string;
  remove(): Promise<void>;
}

interface Begun {
  kill(signal: NodeJS.Signals): void;
  /** What it said on standard error so far. */
  heard(): string;
  ended(): Promise<{ code: number | undefined; events: ReleaseEvent[]; result: ReleaseEvent | undefined }>;
}

export const SERVICES = ['settings', 'state-manager', 'time-manager'];

/**
 * @param terms of the environment's release in gsys.yaml
 * @param more services of the repository besides
 */
export async function releasedFleet(
  terms = '{ canary: [settings], waveSize: 1, bakeSeconds: 1 }',
  more: string[] = [],
): Promise<ReleasedFleet> {
  const definition = fleetFolder(['state-manager', 'time-manager', ...more]);
  const { root } = definition;
  const yaml = readFileSync(path.join(root, 'gsys.yaml'), 'utf8');
  writeFileSync(path.join(root, 'gsys.yaml'), yaml.replace(/release: \{.*\}/, `release: ${terms}`));
  const fleet = platform(root);
  const sources = new Map(SERVICES.map((name) => [name, readFileSync(mainOf(root, name), 'utf8')]));
  const { must } = fleet;
  const made = {
    root,
    platform: fleet,
    change: (service: string, code: string) =>
      writeFileSync(mainOf(root, service), `${sources.get(service) ?? ''}\n${code}\n`),
    async make() {
      await must('build');
      await must('push');
    },
    async release(...args: string[]) {
      const { code, stdout, stderr } = await fleet.gsys(...args, '--yes', '--json');
      const events = eventsIn(stdout);
      const result = events.at(-1);
      if (result === undefined) throw new Error(`gsys ${args.join(' ')} said nothing: ${stderr}`);
      return { code, events, result };
    },
    async ship(...args: string[]) {
      const { events, result } = await made.release(...args);
      const bad = events.filter(({ type }) => ['gate-failed', 'rolled-back', 'result'].includes(type));
      expect(result.outcome, JSON.stringify(bad)).toBe('succeeded');
      return { events, result };
    },
    async begin(args: string[], wanted: (event: ReleaseEvent) => boolean): Promise<Begun> {
      const child = fleet.start(...args, '--yes', '--json');
      let said = '';
      let heard = '';
      child.stdout?.on('data', (chunk) => {
        said += chunk;
      });
      child.stderr?.on('data', (chunk) => {
        heard += chunk;
      });
      await until('the event is told', () => eventsIn(said).some(wanted));
      return {
        kill: (signal) => void child.kill(signal),
        heard: () => heard,
        async ended() {
          const { exitCode } = await child;
          const events = eventsIn(said);
          return { code: exitCode, events, result: events.findLast(({ type }) => type === 'result') };
        },
      };
    },
    async runs() {
      const { services } = await fleet.json<{ services: { service: string; taskDefinition: string }[] }>(
        'status',
      );
      return Object.fromEntries(services.map(({ service, taskDefinition }) => [service, taskDefinition]));
    },
    clone() {
      const other = `${root}-clone`;
      cpSync(root, other, { recursive: true, verbatimSymlinks: true });
      return other;
    },
    async remove() {
      await fleet.remove();
      definition.remove();
    },
  };
  try {
    await must('local', 'up');
    await must('streams', 'apply', '--yes');
    await made.make();
    await made.ship('deploy');
  } catch (error) {
    await made.remove();
    throw error;
  }
  return made;
}

function mainOf(root: string, service: string): string {
  return path.join(root, 'services', service, 'main.ts');
}

/** The last line may not be whole yet. */
function eventsIn(text: string): ReleaseEvent[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as ReleaseEvent];
    } catch {
      return [];
    }
  });
}
