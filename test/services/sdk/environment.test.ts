import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  healthAddress,
  readEnvironment,
  TASK_ENVIRONMENT,
  takeEnvironment,
} from '../../../services/sdk/environment.ts';
import { ROOT } from '../helpers/image.ts';

const complete = {
  HOST: '0.0.0.0',
  PORT: '8000',
  HEALTH_PORT: '8080',
  SERVICE_NAME: 'settings',
  NATS_SERVERS: 'tls://a:4222, tls://127.0.0.1:4223',
  TLS_BUNDLE: '{"key":"secret"}',
  REDIS_SERVERS: 'a:6379,b:6379',
  REDIS_AUTH: 'password',
  LOG_LEVEL: 'info',
};

describe('the task environment', () => {
  it.each(['nats-service.json', 'gateway.json'])('is what %s sets, name by name', (template) => {
    const text = readFileSync(path.join(ROOT, 'templates/task-defs', template), 'utf8');
    const { containerDefinitions } = JSON.parse(text);
    const { environment, secrets } = containerDefinitions[0];
    const names = [...environment, ...secrets].map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual([...TASK_ENVIRONMENT].sort());
    // A secret that stood in `environment` could be read by whoever may describe a task definition.
    expect(secrets.map(({ name }: { name: string }) => name)).toEqual(['TLS_BUNDLE', 'REDIS_AUTH']);
  });

  it('is read whole: each of its names is asked for, and no other', () => {
    const asked = new Set<string>();
    const spy = new Proxy<Record<string, string>>(complete, {
      get: (variables, name: string) => {
        asked.add(name);
        return variables[name];
      },
    });
    readEnvironment(spy);
    expect([...asked].sort()).toEqual([...TASK_ENVIRONMENT, 'ECS_CONTAINER_METADATA_URI_V4'].sort());
  });

  it('comes with its types', () => {
    expect(readEnvironment(complete)).toMatchObject({
      port: 8000,
      natsServers: ['tls://a:4222', 'tls://127.0.0.1:4223'],
      redisServers: [
        { host: 'a', port: 6379 },
        { host: 'b', port: 6379 },
      ],
      metadataUri: undefined,
    });
  });

  it.each([
    ['NATS_SERVERS', 'nats://a:4222'],
    ['NATS_SERVERS', ''],
    ['REDIS_SERVERS', 'a'],
    ['HEALTH_PORT', '80800'],
    ['LOG_LEVEL', 'loud'],
  ])('is refused with %s=%j, by name and without the value of a secret', (name, value) => {
    const read = () => readEnvironment({ ...complete, [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow(/secret|password/);
  });

  it('names everything that is missing at once', () => {
    for (const name of TASK_ENVIRONMENT) expect(() => readEnvironment({})).toThrow(`${name} is not set`);
  });

  it('has forgotten its secrets once it was taken', () => {
    const variables: Record<string, string | undefined> = { ...complete };
    expect(takeEnvironment(variables).redisAuth).toBe('password');
    expect(JSON.stringify(variables)).not.toMatch(/secret|password/);
  });

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['127.94.0.1', '127.94.0.1'],
  ])('sends the health command of a task on %s to %s', (host, expected) => {
    expect(healthAddress({ HOST: host, HEALTH_PORT: '8080' })).toEqual({ host: expected, port: 8080 });
  });
});
