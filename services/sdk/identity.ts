import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Which task this is; goes into the ADR-32 metadata, so that a release can tell new instances from old. */
export interface TaskIdentity {
  taskArn: string;
  /** `family:revision`. */
  revision: string;
  /** Of the manifest that runs: `sha256:…`. */
  imageDigest: string;
}

interface TaskMetadata {
  TaskARN?: string;
  Family?: string;
  Revision?: string;
  Containers?: { DockerId?: string; Image?: string; ImageID?: string }[];
}

const ATTEMPTS = 5;
const ATTEMPT_TIMEOUT_MS = 2_000;
const BETWEEN_ATTEMPTS_MS = 300;

/**
 * Asks ECS's agent: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 * Outside of ECS (no address) the identity is unknown, which is undefined and never made up.
 */
export async function readIdentity(metadataUri: string | undefined): Promise<TaskIdentity | undefined> {
  if (metadataUri === undefined) return undefined;
  let fault: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(BETWEEN_ATTEMPTS_MS);
    try {
      return toIdentity(await readJson<TaskMetadata>(`${metadataUri}/task`), metadataUri);
    } catch (error) {
      fault = error;
    }
  }
  throw new Error('The task metadata endpoint does not answer.', { cause: fault });
}

/** By node:http, which a task has loaded anyway: the first `fetch` of a process costs it a third of its start. */
async function readJson<T>(url: string): Promise<T> {
  return await new Promise((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }, async (response) => {
      try {
        const text = (await response.setEncoding('utf8').toArray()).join('');
        if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
  });
}

function toIdentity(task: TaskMetadata, metadataUri: string): TaskIdentity {
  const containers = task.Containers ?? [];
  // On Fargate the address ends in the container's own id; sidecars that AWS injects come in the same list.
  const own = containers.find(({ DockerId }) => DockerId && metadataUri.endsWith(DockerId)) ?? containers[0];
  return {
    taskArn: task.TaskARN ?? '',
    revision: `${task.Family}:${task.Revision}`,
    // gsys deploys by digest, so the reference holds what was asked for; ImageID is what the agent resolved.
    imageDigest: own?.Image?.split('@')[1] ?? own?.ImageID ?? '',
  };
}
