import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { bundleServices } from '../../../src/lib/release/build/bundle.ts';
import { imageFiles } from '../../../src/lib/release/build/image-files.ts';
import { until } from '../../support/until.ts';
import { ROOT } from './image.ts';
import type { TestNats } from './nats.ts';
import { statusOf } from './task.ts';

/** Tasks as processes of their own, from what an image holds. */
export interface Images {
  /** As the container's entry point would: the image's main.js, and the task's environment alone. */
  run(service: string, changes?: Record<string, string>, nodeArguments?: string[]): TaskProcess;
  /** Of the health command that the image brings, in the environment of a task. */
  healthCommand(service: string, environment: Record<string, string>): Promise<number | null>;
  /** Ends what still runs. */
  end(): Promise<void>;
}

export interface TaskProcess {
  child: ChildProcess;
  exited: Promise<number | null>;
  environment: Record<string, string>;
  healthUrl: string;
  url: string;
  temporary: string;
  output(): string;
  ready(): Promise<boolean>;
}

export interface ImagesOptions {
  folder: string;
  services: string[];
  nats: TestNats;
  /** Of the n-th task. */
  address(n: number): string;
}

export async function buildImages({ folder, services, nats, address }: ImagesOptions): Promise<Images> {
  const fleet = await loadFleet({ from: ROOT });
  const wanted = fleet.services.filter(({ name }) => services.includes(name));
  const bundles = await bundleServices(fleet, wanted);
  for (const service of wanted) {
    const bundle = bundles.get(service.name);
    if (!bundle) throw new Error(`no bundle of ${service.name}`);
    for (const file of imageFiles(fleet, service, bundle)) {
      const target = path.join(folder, service.name, file.path);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, file.bytes);
    }
  }
  const appOf = (service: string) => path.join(folder, service, 'app');
  const running: TaskProcess[] = [];
  let count = 0;
  return {
    run: (service, changes = {}, nodeArguments = []) => {
      count++;
      const host = address(count);
      const temporary = path.join(folder, `tmp-${count}`);
      mkdirSync(temporary);
      const environment = {
        HOST: host,
        PORT: '8000',
        HEALTH_PORT: '8080',
        SERVICE_NAME: service,
        NATS_SERVERS: nats.url,
        TLS_BUNDLE: nats.bundle(service),
        REDIS_SERVERS: '127.0.0.1:1',
        REDIS_AUTH: 'hush',
        LOG_LEVEL: 'info',
        TMPDIR: temporary,
        ...changes,
      };
      const child = spawn(process.execPath, [...nodeArguments, 'main.js'], {
        cwd: appOf(service),
        env: environment,
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk;
        });
      const exited = once(child, 'exit').then(([code]) => code as number | null);
      const healthUrl = `http://${host}:8080`;
      const task: TaskProcess = {
        ...{ child, exited, environment, temporary, healthUrl, url: `http://${host}:8000` },
        output: () => output,
        ready: () => until(`ready: ${output}`, async () => (await statusOf(`${healthUrl}/ready`)) === 200),
      };
      running.push(task);
      return task;
    },
    healthCommand: async (service, environment) => {
      const command = spawn(process.execPath, ['health.js'], { cwd: appOf(service), env: environment });
      return ((await once(command, 'exit')) as [number | null])[0];
    },
    end: async () => {
      for (const { child, exited } of running.splice(0)) {
        child.kill('SIGKILL');
        await exited;
      }
    },
  };
}
