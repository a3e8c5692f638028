import type { ContainerSpec } from '../runtime.ts';

export interface Owner {
  /** Of one run of one platform. */
  platform: string;
  slot: number;
}

/** Microseconds; the kernel's own. */
const CPU_PERIOD = 100_000;
const UNITS_PER_CPU = 1024;

export const PLATFORM_LABEL = 'gsys.platform';

/**
 * The body of `POST /containers/create`. The network is the machine's, where the task has an address of its own;
 * memory and CPU are the kernel's to limit. What the image says is left to the Engine to add.
 */
export function containerRequest(spec: ContainerSpec, { platform, slot }: Owner): object {
  const { linux, memory, cpu } = spec;
  const bytes = Math.min(memory.container ?? memory.task.limit, memory.task.limit);
  return {
    Image: spec.image.tree,
    Hostname: spec.hostname,
    Env: Object.entries({ ...spec.environment, HOST: spec.address }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    ...(spec.entryPoint?.length && { Entrypoint: spec.entryPoint }),
    ...(spec.command?.length && { Cmd: spec.command }),
    ...(spec.workingDirectory && { WorkingDir: spec.workingDirectory }),
    ...(linux.user && { User: linux.user }),
    Labels: { [PLATFORM_LABEL]: platform, 'gsys.slot': String(slot), 'gsys.task': memory.task.id },
    // The platform asks for health itself, at its own clock.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: 'host',
      // Output is read as it comes; a copy on the disk would only grow.
      LogConfig: { Type: 'none' },
      RestartPolicy: { Name: 'no' },
      Memory: bytes,
      // The same again is no swap.
      MemorySwap: bytes,
      ...(cpu.container && { CpuShares: Math.max(2, cpu.container) }),
      CpuPeriod: CPU_PERIOD,
      CpuQuota: Math.round((cpu.task / UNITS_PER_CPU) * CPU_PERIOD),
      ReadonlyRootfs: linux.readonlyRoot,
      Init: linux.init,
      CapAdd: linux.capabilities.add,
      CapDrop: linux.capabilities.drop,
      Ulimits: linux.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    },
  };
}

/** Unique, and telling in `docker ps`. */
export function containerName({ name, memory }: ContainerSpec, slot: number): string {
  return `gsys-${slot}-${name}-${memory.task.id.slice(0, 12)}`;
}
