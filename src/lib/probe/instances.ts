import type { NatsConnection } from 'nats';
import { gather } from '../nats/micro.ts';

/** A running copy of a service, as it introduces itself. What it does not say is undefined, never made up. */
export interface Instance {
  service: string;
  /** ADR-32 id; new with each start. */
  id: string;
  version: string;
  taskArn: string | undefined;
  /** `family:revision` */
  revision: string | undefined;
  imageDigest: string | undefined;
}

/**
 * Everybody who answers `$SRV.PING`, asked through each connection: where the mesh is torn, each part has its own.
 * @param maxWait milliseconds until the first answer
 */
export async function findInstances(operators: NatsConnection[], maxWait: number): Promise<Instance[]> {
  const answers = await Promise.all(operators.map((operator) => gather(operator, 'PING', { maxWait })));
  const byId = new Map(answers.flat().map((ping) => [ping.id, ping]));
  return [...byId.values()].map(({ name, id, version, metadata = {} }) => ({
    service: name,
    id,
    version,
    taskArn: metadata.taskArn || undefined,
    revision: metadata.revision || undefined,
    imageDigest: metadata.imageDigest || undefined,
  }));
}
