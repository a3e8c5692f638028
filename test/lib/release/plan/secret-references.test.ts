import { expect, it } from 'vitest';
import { missingSecrets, secretReferences } from '../../../../src/lib/release/plan/secret-references.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret';
const definition = (...references: string[]) => ({
  family: 'a',
  containerDefinitions: [
    {
      secrets: references.map((valueFrom) => ({ name: 'S', valueFrom })),
      logConfiguration: {
        logDriver: 'splunk' as const,
        secretOptions: [{ name: 'token', valueFrom: `${ARN}:splunk-AbCdEf` }],
      },
    },
  ],
});

it('a task definition refers to the secrets of its containers and of their logs', () => {
  expect(secretReferences(definition('a'))).toEqual(['a', `${ARN}:splunk-AbCdEf`]);
});

it('only what nobody has looked up yet is looked up, without the key and version behind it', async () => {
  const asked: string[] = [];
  const secrets = {
    async arn(name: string) {
      asked.push(name);
      return name.includes('gone') ? undefined : name;
    },
  };
  const known = { tlsSecretArn: `${ARN}:tls-AbCdEf`, redisAuthSecretArn: `${ARN}:redis-AbCdEf` };
  const wanted = [
    { wanted: definition(`${ARN}:tls-AbCdEf`, `${ARN}:gone-AbCdEf:key:AWSCURRENT:`, 'arn:aws:ssm:…') },
    { wanted: definition(`${ARN}:gone-AbCdEf:key:AWSCURRENT:`) },
  ];
  const gone = { what: 'secret', name: `${ARN}:gone-AbCdEf:key:AWSCURRENT:` };
  const missing = await missingSecrets(wanted, [{ resolved: known }, { resolved: known }], secrets);
  expect(missing).toEqual([[gone], [gone]]);
  expect(asked).toEqual([`${ARN}:gone-AbCdEf`, `${ARN}:splunk-AbCdEf`]);
});
