import { createHash } from 'node:crypto';
import { BehaviorRequestSchema, BehaviorResponseSchema } from '../gen/npc_behavior_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { invalid } from './fields.ts';
import { type Mind, mindOf } from './mind.ts';
import { plan } from './plan.ts';

/** Bytes. */
const MAX_NPC_ID = 128;

export function behaviorEndpoints(events: Events): Record<string, Endpoint> {
  return {
    plan: endpoint(BehaviorRequestSchema, BehaviorResponseSchema, async (request, { log }) => {
      const { npcId, situation = {}, worldState = {}, dryRun } = request;
      if (npcId === '' || Buffer.byteLength(npcId) > MAX_NPC_ID)
        throw invalid(`npc_id must have 1 to ${MAX_NPC_ID} bytes.`);
      const mind = mindOf(situation, worldState);
      const { goal, actions } = plan(mind);
      const planId = idOf(npcId, mind);
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
function idOf(npcId: string, { places, ...mind }: Mind): string {
  const asked = JSON.stringify([npcId, mind, [...places]]);
  return `p-${createHash('sha256').update(asked).digest('hex').slice(0, 24)}`;
}
