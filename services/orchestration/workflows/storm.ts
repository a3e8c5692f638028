import type { Workflow } from '../workflow.ts';

export const storm: Workflow = {
  id: 'storm',
  purpose: 'lets a storm come over a zone, with a flag in its world that scenes can see',
  parameters: {
    world_id: { type: 'id', maxBytes: 64 },
    zone_id: { type: 'id', maxBytes: 64 },
    intensity: { type: 'number', min: 0, max: 1, default: 0.8 },
    /** Game minutes. */
    minutes: { type: 'number', min: 1, max: 1_440, whole: true, default: 120 },
  },
  timeoutSeconds: 30,
  steps: [
    {
      id: 'weather',
      service: 'weather-manager',
      subject: 'svc.weather.v1.set_weather',
      request: {
        worldId: '{{parameters.world_id}}',
        zoneId: '{{parameters.zone_id}}',
        targetWeather: {
          conditionType: 'CONDITION_TYPE_STORM',
          intensity: '{{parameters.intensity}}',
          durationMinutes: '{{parameters.minutes}}',
        },
        gradualTransition: true,
        transitionSeconds: 10,
      },
      undo: {
        subject: 'svc.weather.v1.set_weather',
        // Without a target the zone has the weather of its climate again.
        request: { worldId: '{{parameters.world_id}}', zoneId: '{{parameters.zone_id}}' },
      },
    },
    {
      id: 'flag',
      service: 'world-state',
      subject: 'svc.world.v1.update_state',
      request: {
        worldId: '{{parameters.world_id}}',
        globalFlagsToUpdate: {
          storm: { zone_id: '{{parameters.zone_id}}', intensity: '{{parameters.intensity}}' },
        },
      },
      undo: {
        subject: 'svc.world.v1.update_state',
        request: { worldId: '{{parameters.world_id}}', globalFlagsToUpdate: { storm: null } },
      },
    },
    {
      id: 'news',
      service: 'event-bus',
      subject: 'svc.events.v1.publish',
      request: {
        eventType: 'weather.storm.begun',
        payload: { world_id: '{{parameters.world_id}}', zone_id: '{{parameters.zone_id}}' },
      },
    },
  ],
};
