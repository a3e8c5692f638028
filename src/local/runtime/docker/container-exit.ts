import { type ContainerExit, OUT_OF_MEMORY } from '../runtime.ts';
import type { ContainerState } from './engine.ts';

/** What ECS says of a container that has ended, from what the Engine says of it. */
export function containerExit(state: Omit<ContainerState, 'Pid' | 'Running'>): ContainerExit {
  const exitCode = state.ExitCode;
  if (state.OOMKilled) return { exitCode, reason: OUT_OF_MEMORY };
  if (state.Error !== '') return { exitCode, reason: `DockerStateError: ${state.Error}` };
  return { exitCode };
}

/** Of a container that ended while the Engine did not answer: nobody knows its own code any more. */
export function unseenExit(why: string): ContainerExit {
  return { exitCode: 137, reason: `CannotInspectContainerError: ${why}` };
}
