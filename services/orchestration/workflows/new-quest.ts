import type { Workflow } from '../workflow.ts';

export const newQuest: Workflow = {
  id: 'new-quest',
  purpose: 'makes a quest for a player, keeps it as the player’s, and tells of it',
  players: true,
  parameters: {
    // With the quest's id it is part of an entity's id, which has 128 bytes.
    player_id: { type: 'id', maxBytes: 64 },
    seed: { type: 'number', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, default: 0 },
    difficulty: {
      type: 'choice',
      of: ['DIFFICULTY_EASY', 'DIFFICULTY_NORMAL', 'DIFFICULTY_HARD'],
      default: 'DIFFICULTY_NORMAL',
    },
    context: { type: 'object', default: {} },
  },
  timeoutSeconds: 30,
  steps: [
    {
      // A quest that nobody keeps is no quest: there is nothing to undo.
      id: 'quest',
      service: 'quest-system',
      subject: 'svc.quest.v1.generate',
      request: {
        playerId: '{{parameters.player_id}}',
        seed: '{{parameters.seed}}',
        difficulty: '{{parameters.difficulty}}',
        context: '{{parameters.context}}',
      },
    },
    {
      id: 'keep',
      service: 'state-manager',
      subject: 'svc.state.manager.v1.update',
      request: {
        entity: {
          entityId: 'quest.{{parameters.player_id}}.{{steps.quest.quest.questId}}',
          state: { player_id: '{{parameters.player_id}}', status: 'open', quest: '{{steps.quest.quest}}' },
        },
        op: 'OPERATION_UPSERT',
        expectedVersion: '0',
      },
      undo: {
        subject: 'svc.state.manager.v1.update',
        request: {
          entity: { entityId: 'quest.{{parameters.player_id}}.{{steps.quest.quest.questId}}' },
          op: 'OPERATION_DELETE',
          expectedVersion: '{{steps.keep.newVersion}}',
        },
      },
    },
    {
      id: 'news',
      service: 'event-bus',
      subject: 'svc.events.v1.publish',
      request: {
        eventType: 'quest.accepted',
        payload: { player_id: '{{parameters.player_id}}', quest_id: '{{steps.quest.quest.questId}}' },
      },
    },
  ],
};
