import { describe, expect, it } from 'vitest';
import { GsysError } from '../../../../src/lib/errors.ts';
import { listSecrets, secretArns } from '../../../../src/lib/release/plan/secret-arns.ts';

const names = Array.from({ length: 20 }, (_, i) => `gsys/lab/tls/svc-${i}`);
const arnOf = (name: string) => `arn:${name}-AbCdEf`;
const inUse = new Set(names.map(arnOf));

async function find(names: string[], used: Set<string>, secrets: ReturnType<typeof manager>) {
  return secretArns(names, { listed: await listSecrets(names, secrets), inUse: used }, secrets);
}

/** A Secrets Manager, and what it was asked for. */
function manager(listed: string[], refused?: GsysError) {
  const asked: string[] = [];
  return {
    asked,
    async arn(name: string) {
      asked.push(name);
      return name.endsWith('-7') ? undefined : `${arnOf(name)}!`;
    },
    async list(prefix: string) {
      asked.push(`${prefix}*`);
      if (refused) throw refused;
      return new Map(listed.map((name) => [name, arnOf(name)]));
    },
  };
}

describe('the ARNs of secrets', () => {
  it('are listed where there are many, and believed where they are in use', async () => {
    const secrets = manager(names);
    const arns = await find(names, inUse, secrets);
    expect([...arns]).toEqual(names.map((name) => [name, arnOf(name)]));
    expect(secrets.asked).toEqual(['gsys/lab/tls/svc-*']);
  });

  it('are asked for one by one where the list lacks them or knows another', async () => {
    const secrets = manager(names.slice(2));
    const used = new Set([...inUse].filter((arn) => arn !== arnOf('gsys/lab/tls/svc-19')));
    const arns = await find(names, used, secrets);
    expect(secrets.asked.slice(1)).toEqual([0, 1, 19].map((i) => `gsys/lab/tls/svc-${i}`));
    expect(arns.get('gsys/lab/tls/svc-19')).toBe('arn:gsys/lab/tls/svc-19-AbCdEf!');
  });

  it('lack what there is not', async () => {
    const arns = await find(['svc-6', 'svc-7'], inUse, manager([]));
    expect([...arns.keys()]).toEqual(['svc-6']);
  });

  it('are found by who may not list them', async () => {
    const secrets = manager(names, new GsysError('AWS_CALL_FAILED', 'AccessDeniedException'));
    expect((await find(names, inUse, secrets)).size).toBe(19);
  });

  it('are not found by who cannot reach Secrets Manager', async () => {
    const secrets = manager(names, new GsysError('ENDPOINT_UNREACHABLE', 'nobody there'));
    await expect(find(names, inUse, secrets)).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  });
});
