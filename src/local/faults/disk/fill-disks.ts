import { rmSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddedLayout } from '../../../lib/fleet/embedded-layout.ts';
import { isAlive } from '../../journal.ts';
import type { Keeper } from '../../keeper.ts';
import type { Subject } from '../choose.ts';
import type { InForce } from '../in-force.ts';
import { entriesOf } from '../signals.ts';
import { noteTraces, removeTraces, type Trace, tracesFolder } from '../traces.ts';
import { freeSpace, mountDisk, takeFolder } from './small-disk.ts';

interface Work {
  id: string;
  layout: EmbeddedLayout;
  subjects: Subject[];
}

/**
 * Makes the disk full under what processes write. A node keeps files open, so it is started anew on the full disk,
 * and once more when the disk is taken away; a task and the endpoint itself do not notice until they write.
 */
export async function fillDisks({ id, layout, subjects }: Work, keepers: Keeper[]): Promise<InForce> {
  const { stateDir } = layout;
  const disks = subjects.map((subject, i) => {
    const mount = path.join(tracesFolder(stateDir), `${id}-disk-${i}`);
    const keeper = keepers.find(({ name }) => name === subject.name);
    return { trace: { kind: 'disk', folder: subject.folder, mount } satisfies Trace, keeper };
  });
  const entries = entriesOf(subjects);
  const aroundRestart = async (act: (trace: Trace & { kind: 'disk' }) => void | Promise<void>) => {
    const each = disks.map(async ({ trace, keeper }) => {
      if (keeper === undefined) await act(trace);
      else await keeper.restart(async () => act(trace));
    });
    const failed = (await Promise.allSettled(each)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
  const isOfTask = (folder: string) => folder.startsWith(path.join(layout.stateDir, 'ecs', path.sep));
  const heal = async () => {
    for (const { trace } of disks) freeSpace(trace);
    await aroundRestart((trace) => removeTraces(stateDir, path.basename(trace.mount), [trace]));
    // What ended on its full disk could not take its folder with it.
    if (!entries.some(isAlive))
      for (const { trace } of disks)
        if (isOfTask(trace.folder)) rmSync(trace.folder, { recursive: true, force: true });
  };
  for (const { trace } of disks) noteTraces(stateDir, path.basename(trace.mount), [trace]);
  try {
    for (const { trace } of disks) mountDisk(trace);
  } catch (error) {
    // No node is restarted for a fault that cannot be.
    for (const { trace } of disks) await removeTraces(stateDir, path.basename(trace.mount), [trace]);
    throw error;
  }
  try {
    await aroundRestart(takeFolder);
  } catch (error) {
    await heal().catch(() => {});
    throw error;
  }
  const ofTasks = disks.every(({ keeper }) => keeper === undefined);
  return { heal, ...(ofTasks && { isOver: () => !entries.some(isAlive) }) };
}
