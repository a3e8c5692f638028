import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServiceState } from '../../aws/ecs.ts';
import type { EcsChanges, RegisteredDefinition } from '../../aws/ecs-changes.ts';

interface Revisions {
  /** The task definition that a service was last told to run; undefined when ECS does not have it any more. */
  of(
    state: Pick<ServiceState, 'name' | 'taskDefinition' | 'createdAt'>,
  ): Promise<RegisteredDefinition | undefined>;
}

interface Entry {
  /** Of the service; another one means that everything began anew under the same ARNs, as after `local down --wipe`. */
  serviceSince: string;
  definition: RegisteredDefinition;
}

/**
 * Task definitions, each asked of ECS once: a revision never changes. One file a service holds what it ran last, so
 * that the folder does not grow. A file that cannot be read or written costs a call, nothing else.
 */
export function knownRevisions(
  stateDir: string,
  { taskDefinition }: Pick<EcsChanges, 'taskDefinition'>,
): Revisions {
  const folder = path.join(stateDir, 'revisions');
  const asked = new Map<string, Promise<RegisteredDefinition | undefined>>();
  const ask = (arn: string) => {
    const asking = asked.get(arn) ?? taskDefinition(arn);
    asked.set(arn, asking);
    return asking;
  };
  return {
    async of({ name, taskDefinition: arn, createdAt }) {
      const file = path.join(folder, `${name}.json`);
      const serviceSince = createdAt?.toISOString() ?? '';
      const known = await read(file);
      if (known?.definition?.taskDefinitionArn === arn && known.serviceSince === serviceSince)
        return known.definition;
      const definition = await ask(arn);
      if (definition !== undefined) await write(file, { serviceSince, definition });
      return definition;
    },
  };
}

async function read(file: string): Promise<Partial<Entry> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function write(file: string, entry: Entry): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify(entry), { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
