import { expect, it } from 'vitest';
import { containerExit } from '../../../../src/local/runtime/docker/container-exit.ts';

it.each([
  ['ended by itself', { ExitCode: 3, OOMKilled: false, Error: '' }, { exitCode: 3 }],
  [
    'was killed for its memory',
    { ExitCode: 137, OOMKilled: true, Error: '' },
    { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
  ],
  [
    'failed in the Engine',
    { ExitCode: 128, OOMKilled: false, Error: 'oci runtime error' },
    { exitCode: 128, reason: 'DockerStateError: oci runtime error' },
  ],
])('a container that %s is reported as ECS does', (_, state, exit) => {
  expect(containerExit(state)).toEqual(exit);
});
