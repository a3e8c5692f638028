import { awsAccess } from '../aws/clients.ts';
import type { Environment } from '../fleet/fleet.ts';
import type { VerifyAws } from './context.ts';

/** Each client is loaded when it is first asked: a verify of other layers does not wait for it. */
export function verifyAws(environment: Environment, signal: AbortSignal): VerifyAws {
  const access = awsAccess(environment, signal);
  const ecs = once(async () => (await import('../aws/ecs.ts')).ecs(access));
  const changes = once(async () => (await import('../aws/ecs-changes.ts')).ecsChanges(access));
  const described = new Map<string, ReturnType<VerifyAws['ecs']['describeServices']>>();
  const logs = once(async () => (await import('../aws/logs.ts')).logs(access));
  const groups = once(async () => (await import('../aws/log-groups.ts')).logGroups(access));
  const scaling = once(async () => (await import('../aws/autoscaling.ts')).autoscaling(access));
  const secrets = once(async () => (await import('../aws/secrets.ts')).secrets(access));
  const alarms = once(async () => (await import('../aws/alarms.ts')).alarms(access));
  const mutes = once(async () => (await import('../aws/mutes.ts')).mutes(access));
  const cluster = once(async () => (await import('../aws/cluster.ts')).cluster(access));
  const metrics = once(async () => (await import('../aws/metrics.ts')).metrics(access));
  const ssm = once(async () => (await import('../aws/ssm.ts')).ssm(access));
  const sns = once(async () => (await import('../aws/sns.ts')).sns(access));
  return {
    ecs: {
      listServices: async () => (await ecs()).listServices(),
      // Two sources need the same, and AWS is asked once.
      describeServices: (names) => {
        const key = names.join();
        const known = described.get(key) ?? ecs().then((api) => api.describeServices(names));
        described.set(key, known);
        return known;
      },
      taskArns: async (filter) => (await ecs()).taskArns(filter),
      describeTasks: async (arns) => (await ecs()).describeTasks(arns),
    },
    changes: { taskDefinition: async (arn) => (await changes()).taskDefinition(arn) },
    logs: {
      streamNames: async (group, limit) => (await logs()).streamNames(group, limit),
      eventPage: async (filter, token) => (await logs()).eventPage(filter, token),
      tail: async (group, stream, limit) => (await logs()).tail(group, stream, limit),
    },
    logGroups: {
      groups: async (prefix) => (await groups()).groups(prefix),
      recentStreams: async (group, most) => (await groups()).recentStreams(group, most),
    },
    scaling: {
      targets: async (names) => (await scaling()).targets(names),
      policies: async () => (await scaling()).policies(),
    },
    secrets: { value: async (name) => (await secrets()).value(name) },
    alarms: {
      describe: async (names) => (await alarms()).describe(names),
      composites: async (names) => (await alarms()).composites(names),
      telling: async (topic) => (await alarms()).telling(topic),
    },
    mutes: { active: async () => (await mutes()).active() },
    cluster: { containerInsights: async () => (await cluster()).containerInsights() },
    metrics: { read: async (queries, from, to) => (await metrics()).read(queries, from, to) },
    sns: { subscribers: async (topic) => (await sns()).subscribers(topic) },
    ssm: {
      children: async (path) => (await ssm()).children(path),
      get: async (name) => (await ssm()).get(name),
    },
    checkAccount: async () => (await import('../aws/sts.ts')).checkAccount(access),
    calls: access.calls,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
