import { onTestFinished } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { ecr } from '../../../../src/lib/aws/ecr.ts';
import { registry } from '../../../../src/lib/aws/registry.ts';
import type { Environment, Fleet } from '../../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../../src/lib/fleet/load.ts';
import type { Base } from '../../../../src/lib/release/build/base/base.ts';
import { makeImage } from '../../../../src/lib/release/build/image.ts';
import { imageStore } from '../../../../src/lib/release/build/image-store.ts';
import { type PushEvent, push } from '../../../../src/lib/release/push/push.ts';
import { startEndpoint } from '../../../local/aws/support/endpoint.ts';
import { makeLayer } from '../../../local/runtime/make-image.ts';
import { tempFolder } from '../../../local/runtime/temp-folder.ts';
import { definitionFolder } from '../../../support/definition.ts';

/** A registry, and a fleet of gateway and settings that pushes to it. */
export async function pushGround(change: Partial<Environment> = {}) {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint.close());
  const definition = definitionFolder();
  onTestFinished(() => definition.remove());
  const loaded = await loadFleet({ from: definition.root });
  const stateDir = tempFolder();
  const environment = { ...loaded.environment, endpoint: endpoint.url, stateDir, ...change };
  const fleet: Fleet = { ...loaded, environment };
  const access = (signal?: AbortSignal) => awsAccess(environment, signal);
  const repositories = ecr(access());
  let made: Promise<Base> | undefined;
  return {
    endpoint,
    fleet,
    repositories,
    registry: async () => registry(await repositories.authorization(), undefined),
    /** An image of this text on that base, in the store. */
    async image(service: string, text: string, under?: Base) {
      made ??= machineBase(stateDir);
      const base = under ?? (await made);
      const files = [{ path: 'app/main.js', bytes: Buffer.from(text) }];
      return await imageStore(stateDir).save(await makeImage(service, files, base));
    },
    async push(signal?: AbortSignal, onSent?: (bytes: number) => void) {
      const events: PushEvent[] = [];
      const options = onSent === undefined ? {} : { onSent };
      for await (const event of push(fleet, fleet.services, access(signal), options)) events.push(event);
      return events;
    },
  };
}

/** As of a machine's own Node, but smaller. */
export async function machineBase(folder: string): Promise<Base> {
  const { file, diffId, ...layer } = await makeLayer(folder, BASE_FILES, { gzip: false });
  const layers = [{ ...layer, diffId, file, size: BASE_SIZE }];
  return { name: 'machine', digest: layer.digest, node: '20', architecture: 'amd64', layers, config: {} };
}

const BASE_FILES = [{ name: 'usr/local/bin/node', content: 'n'.repeat(300_000) }];
/** Bytes of its one layer: a tar's blocks are of 512. */
export const BASE_SIZE = 512 + Math.ceil(300_000 / 512) * 512 + 1024;

/** The events of one kind. */
export function only<Type extends PushEvent['type']>(events: PushEvent[], type: Type) {
  return events.filter((event): event is PushEvent & { type: Type } => event.type === type);
}
