import { ECR } from '@aws-sdk/client-ecr';
import { ECS } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineBase } from '../../src/lib/release/build/base/machine-base.ts';
import { isAlive } from '../../src/local/journal.ts';
import { tempFolder } from '../local/runtime/temp-folder.ts';
import { startDockerd } from '../support/dockerd.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import {
  type Platform,
  type PlatformStatus,
  platform,
  processesOf,
  runs,
  watch,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

const dockerd = await startDockerd();
const why = typeof dockerd === 'string' ? ` (skipped: ${dockerd})` : '';
const engine = typeof dockerd === 'string' ? undefined : dockerd;

describe.skipIf(engine === undefined)(`a fleet in Docker${why}`, () => {
  let fleet: Platform;
  const definition = fleetFolder();
  beforeAll(async () => {
    fleet = platform(definition.root);
    Object.assign(fleet.env, { DOCKER_HOST: engine?.host });
    expect(await fleet.gsys('local', 'up', '--runtime', 'docker')).toMatchObject({ code: 0 });
    expect(await fleet.gsys('streams', 'apply', '--yes')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await fleet.remove();
    definition.remove();
    await engine?.stop();
  });
  const containers = async () => (await engine?.containers()) ?? [];
  const clientsOf = (endpoint: string) => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const options = { endpoint, region: 'us-east-1', credentials };
    return { ecr: new ECR(options), ecs: new ECS(options), host: new URL(endpoint).host };
  };
  const login = async (ecr: ECR, host: string) => {
    const { authorizationData } = await ecr.getAuthorizationToken({});
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
    await engine?.docker('login', '-u', 'AWS', '-p', token.replace(/^AWS:/, ''), host);
  };
  const verified = () =>
    until('verify is healthy', async () => (await fleet.gsys('verify')).code === 0, 170_000);
  const tasksOf = ({ tasks }: PlatformStatus, service: string) =>
    tasks.filter((task) => task.service === service && task.healthStatus === 'HEALTHY');

  it('is built, pushed, deployed and verified as with processes', async () => {
    expect(await fleet.gsys('build')).toMatchObject({ code: 0 });
    expect(await fleet.gsys('push')).toMatchObject({ code: 0 });
    const { code, stderr } = await fleet.gsys('deploy', '--yes');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    await watch(fleet);
    await verified();
    expect(await containers()).toHaveLength((await fleet.status()).tasks.length);
  });

  it('shows its containers in local status', async () => {
    const { tasks } = await fleet.status();
    const ids = tasks.map(({ containerId = '' }) => containerId.slice(0, 12)).sort();
    expect(ids).toEqual((await containers()).sort());
    const { stdout } = await fleet.gsys('local', 'status');
    expect(stdout).toContain('runtime docker');
    expect(stdout).toContain(`container ${ids[0]}`);
  });

  it('is asked by gsys in a container of its own, which can write to memory alone', async () => {
    const { code, stdout, stderr } = await fleet.gsys('verify', '--in-vpc', '--only', 'nats.*');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('is healthy');
    const { tasks } = await fleet.status();
    await until('its container is gone', async () => (await containers()).length === tasks.length);
  });

  it('is not taken over by another runtime', async () => {
    const { code, stderr } = await fleet.gsys('local', 'up', '--runtime', 'process');
    expect(code).toBe(2);
    expect(stderr).toContain('gsys local down && gsys local up --runtime process');
    expect(await fleet.gsys('local', 'up')).toMatchObject({ code: 0 });
  });

  it('has a container that was killed replaced', async () => {
    const [victim] = tasksOf(await fleet.status(), 'settings');
    await engine?.docker('kill', victim?.containerId ?? '');
    await until('the task is replaced', async () => {
      const healthy = tasksOf(await fleet.status(), 'settings');
      return healthy.length === 2 && healthy.every(({ taskArn }) => taskArn !== victim?.taskArn);
    });
  });

  it('has images that docker pull brings and docker run runs, with nothing put under them', async () => {
    const { endpoint } = await fleet.status();
    const { ecr, host } = clientsOf(endpoint);
    await login(ecr, host);
    const repositoryName = 'bodybroker-services/settings-nats';
    const { imageIds } = await ecr.listImages({ repositoryName });
    const image = `${host}/${repositoryName}@${imageIds?.[0]?.imageDigest}`;
    await engine?.docker('pull', image);
    const run = ['run', '--rm', '--network', 'host', '--read-only'];
    const version = await engine?.docker(...run, '--entrypoint', 'node', image, '--version');
    expect(version).toBe(process.version);
    const told = await engine?.docker(...run, image).catch((error) => String(error.stdout));
    expect(told).toContain('NATS_SERVERS is not set');
    await engine?.docker('rmi', image);
  });

  it('runs an image that docker push brought, as it is', async () => {
    const { endpoint } = await fleet.status();
    const { ecr, ecs, host } = clientsOf(endpoint);
    const { repository } = await ecr.createRepository({ repositoryName: 'foreign' });
    await login(ecr, host);
    const image = `${repository?.repositoryUri}:1`;
    const { layers } = await machineBase(tempFolder());
    const run = ['--change', 'CMD ["node", "-p", "process.env.HOST"]'];
    await engine?.docker('import', ...run, layers[0]?.file ?? '', image);
    await engine?.docker('push', image);
    await engine?.docker('rmi', image);

    await ecs.registerTaskDefinition({
      family: 'foreign',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
      containerDefinitions: [{ name: 'foreign', image }],
    });
    const cluster = 'gaming-system-cluster';
    const { tasks } = await ecs.runTask({
      cluster,
      taskDefinition: 'foreign',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    });
    const stopped = await until('the task has run', async () => {
      const answer = await ecs.describeTasks({ cluster, tasks: [tasks?.[0]?.taskArn ?? ''] });
      return answer.tasks?.[0]?.lastStatus === 'STOPPED' && answer.tasks[0];
    });
    expect(stopped).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 0, imageDigest: expect.stringMatching(/^sha256:/) }],
    });
  });

  it('is cleaned up by the next up when its supervisor is killed', async () => {
    const { supervisor, tasks } = await fleet.status();
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(supervisor.pid));
    const left = processesOf(tasks.map(({ pid }) => pid));
    expect(left).toHaveLength(tasks.length);
    expect(await fleet.gsys('local', 'up', '--runtime', 'docker')).toMatchObject({ code: 0 });
    await verified();
    expect(left.filter(isAlive)).toEqual([]);
    expect(await containers()).toHaveLength((await fleet.status()).tasks.length);
  });

  it('leaves nothing in Docker when it is down, whether its supervisor lives or not', async () => {
    expect(await fleet.gsys('local', 'down')).toMatchObject({ code: 0 });
    expect([await containers(), await engine?.docker('images', '-q')]).toEqual([[], '']);

    expect(await fleet.gsys('local', 'up', '--runtime', 'docker')).toMatchObject({ code: 0 });
    await until('its containers run', async () => (await containers()).length === 4);
    const { supervisor } = await fleet.status();
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(supervisor.pid));
    expect(await fleet.json('local', 'down')).toMatchObject({ outcome: 'leftovers' });
    expect([await containers(), await engine?.docker('images', '-q')]).toEqual([[], '']);
  });

  it('whose Docker is gone says what may be left of it', async () => {
    expect(await fleet.gsys('local', 'up', '--runtime', 'docker')).toMatchObject({ code: 0 });
    await until('its containers run', async () => (await containers()).length === 4);
    const left = processesOf((await fleet.status()).tasks.map(({ pid }) => pid));
    await engine?.stop();
    const { code, stderr } = await fleet.gsys('local', 'down');
    expect(code).toBe(1);
    expect(stderr).toContain('Containers of this platform may still be in Docker');
    expect(left.filter(isAlive)).toEqual([]);
  });
});
