/** What the fleet has promised its callers of old: whatever else changes, every one of these subjects is served. */
export const PROMISED: Record<string, string[]> = {
  'ai-integration': ['svc.ai.llm.v1.infer'],
  'ai-router': ['svc.ai.router.v1.route', 'svc.ai.router.v1.health_check'],
  auth: [
    ...['svc.auth.v1.validate_session', 'svc.auth.v1.create_session'],
    ...['svc.auth.v1.revoke_session', 'svc.auth.v1.check_rate_limit'],
  ],
  'body-broker-integration': [
    'svc.broker.v1.harvest',
    'svc.broker.v1.negotiate',
    'svc.broker.v1.complete_deal',
  ],
  'capability-registry': [
    'svc.capability.v1.register',
    'svc.capability.v1.query',
    'svc.capability.v1.heartbeat',
  ],
  'environmental-narrative': ['svc.narrative.v1.generate', 'svc.narrative.v1.update_context'],
  'event-bus': ['svc.events.v1.publish', 'svc.events.v1.subscribe', 'svc.events.v1.unsubscribe'],
  'knowledge-base': ['svc.kb.v1.query', 'svc.kb.v1.ingest', 'svc.kb.v1.update'],
  'language-system': ['svc.lang.v1.translate', 'svc.lang.v1.detect', 'svc.lang.v1.localize'],
  'model-management': ['svc.ai.model.v1.list', 'svc.ai.model.v1.get', 'svc.ai.model.v1.select'],
  'npc-behavior': ['svc.npc.behavior.v1.plan'],
  orchestration: [
    ...['svc.orchestration.v1.execute_workflow', 'svc.orchestration.v1.get_status'],
    'svc.orchestration.v1.cancel',
  ],
  payment: ['svc.payment.v1.process', 'svc.payment.v1.validate', 'svc.payment.v1.refund'],
  'performance-mode': ['svc.perf.v1.get_metrics', 'svc.perf.v1.adjust_mode', 'svc.perf.v1.set_budget'],
  'quest-system': ['svc.quest.v1.generate'],
  router: ['svc.router.v1.route', 'svc.router.v1.health'],
  settings: ['svc.settings.v1.get', 'svc.settings.v1.update', 'svc.settings.v1.reset'],
  'state-manager': ['svc.state.manager.v1.update', 'svc.state.manager.v1.get'],
  'story-teller': ['svc.story.v1.generate', 'svc.story.v1.evaluate', 'svc.story.v1.continue'],
  'time-manager': ['svc.time.v1.get_time', 'svc.time.v1.set_time', 'svc.time.v1.schedule_event'],
  'weather-manager': ['svc.weather.v1.get_weather', 'svc.weather.v1.set_weather', 'svc.weather.v1.forecast'],
  'world-state': ['svc.world.v1.get_state', 'svc.world.v1.update_state', 'svc.world.v1.subscribe'],
};
