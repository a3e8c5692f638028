import { isInStep, type Replica } from './replicas.ts';

export interface StreamTrouble {
  /** `has no leader`, `its replica on nats-3 is not current` */
  what: string;
  /** Nodes that it lies with. */
  nodes: string[];
}

/** What keeps a stream from outliving the loss of a node, or from taking anything at all. Pure. */
export function streamTrouble(
  { leader, replicas }: { leader: string | undefined; replicas: Replica[] },
  wanted: number,
): StreamTrouble | undefined {
  if (leader === undefined) return { what: 'has no leader', nodes: [] };
  const late = replicas.filter((replica) => !isInStep(replica)).map(({ name }) => name);
  if (late.length > 0) return { what: `its replica on ${late.join(', ')} is not current`, nodes: late };
  if (replicas.length !== wanted - 1)
    return { what: `has ${replicas.length} replicas besides its leader, not ${wanted - 1}`, nodes: [] };
  return undefined;
}
