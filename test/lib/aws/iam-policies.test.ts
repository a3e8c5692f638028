import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../support/definition.ts';
import { allowedTo, policyText, ROLES } from '../../support/iam.ts';

const LIB = path.join(REPOSITORY, 'src/lib/aws');

/** Packages of the SDK, as IAM calls their services. */
const PREFIXES: Record<string, string> = {
  'application-auto-scaling': 'application-autoscaling',
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  ecr: 'ecr',
  ecs: 'ecs',
  'secrets-manager': 'secretsmanager',
  sns: 'sns',
  ssm: 'ssm',
  sts: 'sts',
};

/** What no command of the SDK is called, and AWS asks for all the same. */
const BESIDES = [
  // The registry speaks OCI; these are what its requests count as.
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
  // Whoever makes something with tags needs the right to tag.
  ...['ecr', 'ecs', 'logs', 'secretsmanager', 'sns'].map((service) => `${service}:TagResource`),
  'iam:CreateServiceLinkedRole',
  'iam:PassRole',
];

/** `ecs:DescribeServices` of every command that lib/aws imports. */
function sentByLib(): string[] {
  const files = readdirSync(LIB).filter((name) => name.endsWith('.ts'));
  const imports = files.flatMap((file) => [
    ...readFileSync(path.join(LIB, file), 'utf8').matchAll(
      /import \{([^}]*)\} from '@aws-sdk\/client-([a-z-]+)'/g,
    ),
  ]);
  return imports.flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/\b([A-Z]\w*)Command\b/g)].map(([, operation]) => `${PREFIXES[client]}:${operation}`),
  );
}

describe('the policies of docs/iam', () => {
  it('allow, together, what gsys sends and nothing else', () => {
    expect([...allowedTo(...ROLES)].sort()).toEqual([...new Set([...sentByLib(), ...BESIDES])].sort());
  });

  it('let the on-call engineer change nothing', () => {
    const changes = [...allowedTo('on-call')].filter(
      (action) => !/:(Describe|List|Get|Filter|StartLiveTail)/.test(action),
    );
    expect(changes).toEqual([]);
  });

  it.each(ROLES)('%s fits into a managed policy, and names every statement once', (role) => {
    const policy = JSON.parse(policyText(role));
    // Characters, white space not counted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
    const sids = policy.Statement.map(({ Sid }: { Sid: string }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
  });
});
