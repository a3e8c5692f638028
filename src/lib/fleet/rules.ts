import { alarms } from './alarm-rules.ts';
import type { SourcedDefinition as Definition } from './definition.ts';
import { FARGATE_MEMORY } from './fargate.ts';
import { images } from './image-rules.ts';
import { HEALTH_PORT } from './ports.ts';
import { ROUTES } from './service-schema.ts';
import { streams } from './stream-rules.ts';
import { subjectMatches } from './subjects.ts';
import type { Problem } from './yaml-source.ts';

/** What the schemas cannot see: contradictions between parts of the definition. Pure. */
export function checkRules(definition: Definition): Problem[] {
  return [
    subjects,
    routes,
    names,
    probes,
    calls,
    streams,
    ports,
    sizes,
    alarms,
    images,
    environments,
  ].flatMap((rule) => rule(definition));
}

/** Two services on one subject and queue group would steal each other's requests. */
function subjects({ services }: Definition): Problem[] {
  return duplicates(
    services.flatMap(({ name, source, document }) =>
      document.endpoints.map((endpoint, i) => ({
        key: endpoint.subject,
        owner: name,
        report: (other: string) =>
          source.problem(
            ['endpoints', i, 'subject'],
            `${endpoint.subject} is served by ${other} too${document.queueGroup ? ` (queue group ${document.queueGroup})` : ''}`,
          ),
      })),
    ),
  );
}

function routes({ services }: Definition): Problem[] {
  return duplicates(
    services.flatMap(({ name, source, document }) =>
      document.endpoints.flatMap((endpoint, i) =>
        endpoint.route === undefined
          ? []
          : [endpoint.route.path, ...endpoint.route.aliases].map((route) => ({
              key: `${route.replace(/\{[^}]+\}/g, '{}')} ${endpoint.route?.when ?? ''}`,
              owner: name,
              report: (other: string) =>
                source.problem(['endpoints', i, 'route'], `${route} is a route of ${other} already`),
            })),
      ),
    ),
  );
}

function names({ document, services }: Definition): Problem[] {
  return duplicates(
    services.map(({ name, source, document: service }) => ({
      key: service.ecsService ?? document.aws.serviceName.replace('{service}', name),
      owner: name,
      report: (other: string) => source.problem(['ecsService'], `has the same ECS service name as ${other}`),
    })),
  );
}

function probes({ services }: Definition): Problem[] {
  return services.flatMap(({ source, document }) => {
    if (document.probe === undefined) {
      if (document.kind === 'gateway' || document.endpoints.length === 0) return [];
      return [source.problem([], 'has endpoints but no probe: nothing could say that it works')];
    }
    const { endpoint: name } = document.probe;
    const endpoint = document.endpoints.find((candidate) => candidate.name === name);
    if (endpoint === undefined)
      return [source.problem(['probe', 'endpoint'], `there is no endpoint ${name}`)];
    return endpoint.idempotent
      ? []
      : [
          source.problem(
            ['probe', 'endpoint'],
            `${name} is not idempotent: a probe must not have side effects`,
          ),
        ];
  });
}

function calls({ services }: Definition): Problem[] {
  const served = services.flatMap(({ document }) => document.endpoints.map((endpoint) => endpoint.subject));
  return services.flatMap(({ source, document }) =>
    document.calls.flatMap((call, i) =>
      call === ROUTES || served.some((subject) => subjectMatches(call, subject))
        ? []
        : [source.problem(['calls', i], `no service serves ${call}`)],
    ),
  );
}

function ports({ document, services, source }: Definition): Problem[] {
  const clash = services.flatMap(({ source, document: service }) =>
    service.port === HEALTH_PORT
      ? [source.problem(['port'], `port clash: ${HEALTH_PORT} is the health port of every task`)]
      : [],
  );
  const environments = Object.entries(document.environments);
  const slots = duplicates(
    environments.flatMap(([name, environment]) =>
      environment.platform === 'embedded'
        ? [
            {
              key: String(environment.slot),
              owner: name,
              report: (other: string) =>
                source.problem(
                  ['environments', name, 'slot'],
                  `port clash: environment ${other} has slot ${environment.slot} too`,
                ),
            },
          ]
        : [],
    ),
  );
  const nodes = environments.flatMap(([name, environment]) =>
    environment.platform === 'embedded'
      ? []
      : duplicates(
          environment.nats.nodes.flatMap((node, i) =>
            [node.clientPort, node.routePort].map((port) => ({
              key: `${node.host}:${port}`,
              owner: node.name,
              report: (other: string) =>
                source.problem(
                  ['environments', name, 'nats', 'nodes', i],
                  `port clash: ${node.host}:${port} is ${other}'s too`,
                ),
            })),
          ),
        ),
  );
  return [...clash, ...slots, ...nodes];
}

/** Fargate takes certain pairs of cpu and memory only; a desired count outside the scaling range is undone at once. */
function sizes({ document, services, source }: Definition): Problem[] {
  const judge = (
    at: PropertyKey[],
    from: typeof source,
    part: { cpu: number; memory: number; desired: number; scaling: { min: number; max: number } },
  ) => {
    const problems: Problem[] = [];
    const allowed = FARGATE_MEMORY[part.cpu];
    if (allowed === undefined) {
      problems.push(
        from.problem(
          [...at, 'cpu'],
          `Fargate has no ${part.cpu}; it has ${Object.keys(FARGATE_MEMORY).join(', ')}`,
        ),
      );
    } else if (!allowed(part.memory)) {
      problems.push(
        from.problem([...at, 'memory'], `Fargate has no task of ${part.cpu} cpu with ${part.memory} MiB`),
      );
    }
    if (part.scaling.min > part.scaling.max) {
      problems.push(
        from.problem([...at, 'scaling'], `min ${part.scaling.min} is more than max ${part.scaling.max}`),
      );
    } else if (part.desired > part.scaling.max || (part.desired > 0 && part.desired < part.scaling.min)) {
      problems.push(
        from.problem(
          [...at, 'desired'],
          `${part.desired} is outside scaling ${part.scaling.min} to ${part.scaling.max}`,
        ),
      );
    }
    return problems;
  };
  return [
    ...judge(['defaults'], source, document.defaults),
    ...services.flatMap(({ source: from, document: { resources } }) =>
      Object.keys(resources).length === 0
        ? []
        : judge(['resources'], from, {
            cpu: resources.cpu ?? document.defaults.cpu,
            memory: resources.memory ?? document.defaults.memory,
            desired: resources.desired ?? document.defaults.desired,
            scaling: resources.scaling ?? document.defaults.scaling,
          }),
    ),
  ];
}

function environments({ document, services, source }: Definition): Problem[] {
  const problems: Problem[] = [];
  if (document.environments[document.defaultEnvironment] === undefined) {
    problems.push(
      source.problem(['defaultEnvironment'], `there is no environment ${document.defaultEnvironment}`),
    );
  }
  for (const [name, environment] of Object.entries(document.environments)) {
    environment.release.canary.forEach((canary, i) => {
      if (!services.some((service) => service.name === canary)) {
        problems.push(
          source.problem(['environments', name, 'release', 'canary', i], `there is no service ${canary}`),
        );
      }
    });
  }
  return problems;
}

interface Claim {
  key: string;
  owner: string;
  report(other: string): Problem;
}

function duplicates(claims: Claim[]): Problem[] {
  const first = new Map<string, string>();
  return claims.flatMap((claim) => {
    const owner = first.get(claim.key);
    if (owner !== undefined) return [claim.report(owner)];
    first.set(claim.key, claim.owner);
    return [];
  });
}
