import { BehaviorRequestSchema, BehaviorResponseSchema } from '../gen/npc_behavior_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { idOf } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import { type Mind, mindOf } from './mind.ts';
import { plan } from './plan.ts';

export function behaviorEndpoints(events: Events): Record<string, Endpoint> {
  return {
    plan: endpoint(BehaviorRequestSchema, BehaviorResponseSchema, async (request, { log }) => {
      const { situation = {}, worldState = {}, dryRun } = request;
      const npcId = idOf('npc_id', request.npcId);
      const mind = mindOf(situation, worldState);
      const { goal, actions } = plan(mind);
      const planId = planIdOf(npcId, mind);
      const types = actions.map(({ type }) => type);
      const payload = { plan_id: planId, npc_id: npcId, goal, actions: types };
      if (!dryRun)
        await events.announce(
          'evt.npc.behavior.planned.v1',
          { id: planId, payload, metadata: { npc_id: npcId } },
          log,
        );
      return { planId, actions: actions.map(({ type, params }) => ({ type, params })) };
    }),
  };
}

/** Of what was asked, as far as it counts: a plan that is asked for again is the same one. */
function planIdOf(npcId: string, { places, ...mind }: Mind): string {
  return `p-${hashOf(npcId, JSON.stringify([mind, [...places]]))}`;
}
