import path from 'node:path';
import type { AwsAccess } from '../../../aws/clients.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { machineBase } from './machine-base.ts';
import { pinnedBase } from './pinned-base.ts';

/** What stands under every service's own layer. */
export interface Base {
  /** `machine`, or the reference it was fetched by. */
  name: string;
  /** Identifies it: of its one layer, or of its manifest. */
  digest: string;
  /** Major version of the Node in it. */
  node: string;
  /** Docker's name: `amd64`. */
  architecture: string;
  /** Bottom first. */
  layers: BaseLayer[];
  /** What its own config tells a container, to be kept. */
  config: { Env?: string[]; User?: string; StopSignal?: string };
}

export interface BaseLayer {
  mediaType: string;
  digest: string;
  size: number;
  /** Digest of the tar in it. */
  diffId: string;
  /** Undefined when it lies in the registry alone. */
  file?: string | undefined;
}

/** Name of the base that is made of this machine's own Node. */
export const MACHINE = 'machine';

/** What the environment says stands under its images; fetched or made once, then found on this machine. */
export function baseOf({ environment }: Fleet, access: AwsAccess): Promise<Base> {
  const folder = path.join(environment.stateDir, 'base');
  return environment.image === undefined
    ? machineBase(folder)
    : pinnedBase(folder, environment.image, access);
}
