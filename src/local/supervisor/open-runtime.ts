import type { OpenRuntime } from '../ecs/ecs.ts';
import { createDockerRuntime } from '../runtime/docker/docker-runtime.ts';
import { createProcessRuntime } from '../runtime/process-runtime.ts';
import { createSimulatedRuntime } from '../runtime/simulated/simulated-runtime.ts';
import type { RuntimeKind, SupervisorOptions } from './options.ts';

/** How containers of this platform run, from what `up` was told. */
export function openRuntimeOf({ runtime, dockerHost, slot, fleet }: SupervisorOptions): OpenRuntime {
  const { stateDir } = fleet.environment;
  const runtimes: Record<RuntimeKind, OpenRuntime> = {
    process: createProcessRuntime,
    simulated: createSimulatedRuntime,
    docker: (parts) => createDockerRuntime({ ...parts, host: dockerHost, slot, stateDir }),
  };
  return runtimes[runtime];
}
