import { readFile } from 'node:fs/promises';
import { OPERATOR } from '../../fleet/identity.ts';
import { type PermissionTry, permissionTries } from '../../nats/permission-tries.ts';
import { fleetUsers } from '../../nats/permissions.ts';
import { tryPermissions } from '../../nats/try-permissions.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';
import { operatorOf } from '../operator.ts';

export interface PermissionsEvidence {
  /** How many things were tried, at each node. */
  tries: number;
  /** Of those, the ones that did not end as they are rendered. */
  nodes: { node: string; answer: Answer<PermissionTry[]> }[];
}

/** As the operator: services' keys belong to services, and tls apply-config tries those. */
export const natsPermissions: Collector<'nats-permissions'> = {
  id: 'nats-permissions',
  budget: 6000,
  async collect({ fleet }) {
    const credentials = operatorOf(fleet);
    const files = [credentials.identity.cert, credentials.identity.key, credentials.ca];
    const [cert = '', key = '', ca = ''] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const own = fleetUsers(fleet).find(({ user }) => user.startsWith(`${OPERATOR}.`));
    const tries = own === undefined ? [] : permissionTries(own, undefined, fleet);
    const nodes = fleet.environment.nats.nodes.map(async (node) => ({
      node: node.name,
      answer: await answerOf(tryPermissions(node, { cert, key, ca }, tries)),
    }));
    return { tries: tries.length, nodes: await Promise.all(nodes) };
  },
};
