import type { RegisterTaskDefinitionRequest } from '../aws/ecs-changes.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { FLEET_TAG } from '../fleet/names.ts';
import { renderTemplate, type TemplateValue } from './template.ts';

/** What a task definition needs to know that the definition cannot tell. */
export interface Resolved {
  /** `repositoryUri@sha256:…` */
  image: string;
  tlsSecretArn: string;
  redisAuthSecretArn: string;
}

/** A service's task definition as it should be: its template, filled in from the definition. */
export function taskDefinitionOf(
  fleet: Fleet,
  service: Service,
  resolved: Resolved,
): RegisterTaskDefinitionRequest {
  const rendered = renderTemplate(service.template, variablesOf(fleet, service, resolved));
  const request = rendered as RegisterTaskDefinitionRequest;
  return { ...request, containerDefinitions: request.containerDefinitions?.map(withTextValues) };
}

/** ECS takes environment values as text alone; a placeholder there may have been a number. */
function withTextValues(
  container: NonNullable<RegisterTaskDefinitionRequest['containerDefinitions']>[number],
) {
  const environment = container.environment?.map(({ name, value }) => ({ name, value: String(value) }));
  return { ...container, ...(environment && { environment }) };
}

function variablesOf(
  { name, environment }: Fleet,
  service: Service,
  resolved: Resolved,
): Record<string, TemplateValue> {
  return {
    ...resolved,
    family: service.ecsService,
    containerName: service.ecsService,
    service: service.name,
    cpu: String(service.cpu),
    memory: String(service.memory),
    containerMemory: service.memory,
    executionRole: environment.roles.execution,
    taskRole: environment.roles.task,
    port: service.port,
    healthPort: service.healthPort,
    health: service.health,
    natsServers: environment.nats.clientUrls.join(','),
    redisServers: environment.redis.endpoints.map(({ host, port }) => `${host}:${port}`).join(','),
    logGroup: service.logGroup,
    logStreamPrefix: service.ecsService,
    region: environment.region,
    logLevel: 'info',
    tags: [{ key: FLEET_TAG, value: name }],
  };
}
