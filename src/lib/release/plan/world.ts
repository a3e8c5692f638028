import * as z from 'zod';
import type { ServiceState } from '../../aws/ecs.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { ServiceFacts } from '../plan.ts';
import { createRequest } from '../service-request.ts';
import { fingerprint } from './fingerprint.ts';
import { flat } from './flat.ts';

const known = z.string().nullable();

const serviceSchema = z.strictObject({
  service: z.string(),
  /** ARN of what ECS was last told to run; null where there is no such service. */
  taskDefinition: known,
  /** `ecs-svc/…` of its primary deployment, and how far that is. */
  deployment: known,
  rollout: known,
  desired: z.number().nullable(),
  /** Of the network and the deployment configuration that ECS has. */
  settings: known,
  /** ARN of what the newest successful release left running: what a rollback returns to. */
  released: known,
  /** Of the image in the registry; null where it is not there. */
  imageDigest: known,
  /** Of everything that the definition wants of it. */
  definition: z.string(),
});

export const worldSchema = z.strictObject({
  fleet: z.string(),
  environment: z.string(),
  account: z.string(),
  region: z.string(),
  cluster: z.string(),
  /** How it is released: canary, waves and bake. */
  release: z.string(),
  services: z.array(serviceSchema),
});

/** All that decides what a plan does, as it was when the plan was made. */
export type World = z.infer<typeof worldSchema>;
type ServiceWorld = World['services'][number];

export function worldOf({ name, environment }: Fleet, facts: ServiceFacts[]): World {
  const { account, region, cluster, release } = environment;
  return {
    ...{ fleet: name, environment: environment.name, account, region, cluster },
    release: fingerprint(release),
    services: facts.map((one) => serviceWorld({ name, environment }, one)),
  };
}

function serviceWorld(
  fleet: Pick<Fleet, 'name' | 'environment'>,
  { service, state, wanted, imageDigest, released }: ServiceFacts,
): ServiceWorld {
  const primary = state?.deployments.find(({ status }) => status === 'PRIMARY');
  return {
    service: service.name,
    taskDefinition: state?.taskDefinition ?? null,
    deployment: primary?.id ?? null,
    rollout: primary?.rollout ?? null,
    desired: state?.desired ?? null,
    settings: state === undefined ? null : settingsOf(state),
    released: released?.taskDefinition ?? null,
    imageDigest: imageDigest || null,
    definition: fingerprint([wanted, createRequest(fleet, service, '')]),
  };
}

/** In whatever order ECS tells subnets and groups. */
function settingsOf({ networkConfiguration, deploymentConfiguration }: ServiceState): string {
  return fingerprint(Object.fromEntries(flat({ networkConfiguration, deploymentConfiguration })));
}

/** What is not as it was, one sentence each; none when a plan still does what it said. Pure. */
export function worldChanges(then: World, now: World): string[] {
  const places = (['fleet', 'environment', 'account', 'region', 'cluster'] as const).flatMap((key) =>
    then[key] === now[key] ? [] : [`${key}: ${then[key]} -> ${now[key]}`],
  );
  const release = then.release === now.release ? [] : ['canary, waves or bake are defined otherwise'];
  const names = [...new Set([...then.services, ...now.services].map(({ service }) => service))];
  const services = names.flatMap((name) => {
    const [was, is] = [then, now].map(({ services }) => services.find(({ service }) => service === name));
    if (was === undefined || is === undefined) return [`${name}: is ${was ? 'no longer' : 'not'} part of it`];
    return serviceChanges(was, is).map((change) => `${name}: ${change}`);
  });
  return [...places, ...release, ...services];
}

const TITLES = {
  taskDefinition: 'task definition',
  deployment: 'deployment',
  rollout: 'rollout',
  desired: 'desired count',
  released: 'last good revision',
  imageDigest: 'image in the registry',
} as const;

function serviceChanges(was: ServiceWorld, is: ServiceWorld): string[] {
  const told = Object.entries(TITLES) as [keyof typeof TITLES, string][];
  return [
    ...told.flatMap(([key, title]) =>
      was[key] === is[key] ? [] : [`${title} ${shown(was[key])} -> ${shown(is[key])}`],
    ),
    ...(was.settings === is.settings ? [] : ['its network or deployment configuration is another']),
    ...(was.definition === is.definition ? [] : ['its definition, or what fills it in, is another']),
  ];
}

/** Of an ARN the last part: `settings-nats:3`. */
function shown(value: string | number | null): string {
  return value === null ? 'none' : (String(value).split('/').at(-1) ?? '');
}
