import {
  CompleteDealRequestSchema,
  CompleteDealResponseSchema,
  HarvestRequestSchema,
  HarvestResponseSchema,
  NegotiateRequestSchema,
  NegotiateResponseSchema,
} from '../gen/body_broker_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, oneOf, playerOf, within } from '../sdk/fields.ts';
import { DRUGS, FAMILIES, PARTS, TOOLS } from './catalogue.ts';
import type { Deal } from './deal.ts';
import { dialogueOf } from './dialogue.ts';
import { deliver, type Ledger, playerKey } from './ledger.ts';
import { dealOf, NEW_PLAYER, type Player, withDealDone, withOffer } from './player.ts';
import { circumstancesFrom, setOf } from './validate.ts';

const MAX_CUT = 10;
const MAX_OFFERED = 20;
const MAX_QUANTITY = 1_000;

/** The endpoints over the targets and players that all tasks share. */
export function brokerEndpoints(ledger: Ledger, events: Events): Record<string, Endpoint> {
  const { players } = ledger;
  return {
    harvest: endpoint(HarvestRequestSchema, HarvestResponseSchema, async (request, { meta, log }) => {
      const playerId = playerOf(request.playerId, meta);
      const targetId = idOf('target_id', request.targetId);
      const types = setOf('body_parts', request.bodyParts, MAX_CUT, (field, part) =>
        oneOf(field, part, Object.keys(PARTS)),
      );
      const tool = oneOf('tool_used', request.toolUsed, Object.keys(TOOLS));
      const circumstances = circumstancesFrom(request.context);
      const cut = { playerId, targetId, types, tool, circumstances };
      const { id, parts, xp, morality } = await deliver(ledger, cut);
      const payload = {
        ...{ player_id: playerId, target_id: targetId, harvest_id: id },
        ...{ parts: types, skill_xp: xp, morality },
      };
      await events.announce('evt.broker.harvest.completed.v1', { id: `broker.harvest.${id}`, payload }, log);
      const harvestedParts = parts.map(({ id: partId, type: partType, quality, freshness, tool: used }) => ({
        ...{ partId, partType, quality, freshness, properties: { tool: used } },
      }));
      return { harvestedParts, skillXpGained: xp, moralityImpact: morality };
    }),

    negotiate: endpoint(NegotiateRequestSchema, NegotiateResponseSchema, async (request, { meta, key }) => {
      const playerId = playerOf(request.playerId, meta);
      const familyId = oneOf('family_id', request.familyId, Object.keys(FAMILIES));
      const partIds = setOf('offered_parts', request.offeredParts, MAX_OFFERED, idOf);
      const drug = oneOf('requested_drug', request.requestedDrug, Object.keys(DRUGS));
      const quantity = within('requested_quantity', request.requestedQuantity, 1, MAX_QUANTITY);
      const wish = { playerId, familyId, partIds, drug, quantity };
      // Without a key too, an offer that comes again has its answer: until the player has completed a deal.
      const deal = await players.change(playerKey(playerId), key, (player: Player = NEW_PLAYER) => {
        const { deal: answered, next } = withOffer(player, wish);
        return { next, result: { ...answered } };
      });
      return replyTo(deal);
    }),

    complete_deal: endpoint(
      CompleteDealRequestSchema,
      CompleteDealResponseSchema,
      async (request, { meta, log }) => {
        const playerId = playerOf(request.playerId, meta);
        const dealId = idOf('deal_id', request.dealId);
        let deal: Deal | undefined;
        await players.update<Player>(playerKey(playerId), (player = NEW_PLAYER) => {
          deal = dealOf(player, dealId);
          return withDealDone(player, dealId);
        });
        const { familyId, partIds, drug, quantity, coins } = deal as Deal;
        const payload = {
          ...{ player_id: playerId, family_id: familyId, deal_id: dealId },
          ...{ parts: partIds, drug, quantity, coins },
        };
        await events.announce('evt.broker.deal.completed.v1', { id: `broker.deal.${dealId}`, payload }, log);
        const rewards = [
          { what: drug, quantity },
          { what: 'coin', quantity: coins },
        ].filter((one) => one.quantity > 0);
        return {
          success: true,
          rewards: rewards.map(({ what }) => what),
          quantities: rewards.map((one) => one.quantity),
        };
      },
    ),
  };
}

function replyTo(deal: Deal) {
  const { id, isAccepted, drug, quantity, relationship, status } = deal;
  return {
    accepted: isAccepted,
    ...(isAccepted ? {} : { counterOfferDrug: drug, counterOfferQuantity: quantity }),
    relationshipChange: relationship,
    dialogueLines: dialogueOf(deal),
    dealId: status === 'refused' ? '' : id,
  };
}
