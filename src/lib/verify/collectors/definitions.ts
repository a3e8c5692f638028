import { definitionDiff } from '../../release/definition-diff.ts';
import { UNRESOLVED } from '../../release/definition-hash.ts';
import type { Change } from '../../release/plan/change.ts';
import { knownRevisions } from '../../release/plan/revisions.ts';
import { taskDefinitionOf } from '../../release/task-definition.ts';
import type { Collector } from '../collector.ts';

/** By service: how what it was last told to run differs from what the definition makes. */
export type DefinitionsEvidence = Record<string, DefinitionFacts>;

export interface DefinitionFacts {
  /** ARN. */
  taskDefinition: string;
  /** Images and secrets left out; undefined where ECS does not have the task definition any more. */
  changes: Change[] | undefined;
}

/** A revision never changes, so that each is asked for once on this machine: a thousand of them take a minute, once. */
export const definitions: Collector<'definitions'> = {
  id: 'definitions',
  budget: 58_000,
  async collect({ fleet, aws }) {
    const names = fleet.services.map(({ ecsService }) => ecsService);
    const { services } = await aws.ecs.describeServices(names);
    const revisions = knownRevisions(fleet.environment.stateDir, aws.changes);
    const found = await Promise.all(
      fleet.services.map(async (service) => {
        const state = services.find(({ name, status }) => name === service.ecsService && status === 'ACTIVE');
        if (state === undefined) return [];
        const registered = await revisions.of(state);
        const wanted = taskDefinitionOf(fleet, service, UNRESOLVED);
        const changes =
          registered &&
          definitionDiff(registered, wanted).filter(({ kind }) => kind !== 'image' && kind !== 'secret');
        return [[service.name, { taskDefinition: state.taskDefinition, changes }] as const];
      }),
    );
    return Object.fromEntries(found.flat());
  },
};
