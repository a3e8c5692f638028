import type { Workflow } from '../workflow.ts';

export const newPlayer: Workflow = {
  id: 'new-player',
  purpose: 'begins a player: a state that nobody has yet, preferences, and the news of it',
  players: true,
  parameters: {
    player_id: { type: 'id', maxBytes: 128 },
    language: { type: 'id', maxBytes: 8, default: 'en' },
    difficulty: { type: 'choice', of: ['easy', 'normal', 'hard'], default: 'normal' },
  },
  timeoutSeconds: 30,
  steps: [
    {
      // First, because it is what a player who is there already fails at, before anything was changed.
      id: 'state',
      service: 'state-manager',
      subject: 'svc.state.manager.v1.update',
      request: {
        player: { playerId: '{{parameters.player_id}}', state: { level: 1, experience: 0 } },
        op: 'OPERATION_UPSERT',
        expectedVersion: '0',
      },
      undo: {
        subject: 'svc.state.manager.v1.update',
        request: {
          player: { playerId: '{{parameters.player_id}}' },
          op: 'OPERATION_DELETE',
          // Of nobody who was there before, and of nobody who has played since.
          expectedVersion: '{{steps.state.newVersion}}',
        },
      },
    },
    {
      id: 'preferences',
      service: 'settings',
      subject: 'svc.settings.v1.update',
      request: {
        playerId: '{{parameters.player_id}}',
        settings: [
          { key: 'language', value: '{{parameters.language}}' },
          { key: 'difficulty', value: '{{parameters.difficulty}}' },
        ],
      },
      undo: {
        subject: 'svc.settings.v1.reset',
        request: { playerId: '{{parameters.player_id}}', settingKeys: ['language', 'difficulty'] },
      },
    },
    {
      id: 'news',
      service: 'event-bus',
      subject: 'svc.events.v1.publish',
      request: {
        eventType: 'state.player.created',
        payload: { player_id: '{{parameters.player_id}}', language: '{{parameters.language}}' },
      },
    },
  ],
};
