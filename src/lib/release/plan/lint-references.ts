import type { Environment } from '../../fleet/fleet.ts';
import type { Lack, ServiceFacts } from '../plan.ts';
import type { Finding } from './finding.ts';
import type { Lint } from './lint.ts';
import { MISSING } from './references.ts';
import { isInSecretsManager, secretReferences } from './secret-references.ts';

/** Is there what the task definition refers to? */
export const lintReferences: Lint = ({ service, wanted, lacks }, environment, all) => [
  ...lacks.map((lack) => missing(lack, environment, all)),
  ...secretReferences(wanted)
    .filter((reference) => reference !== MISSING && !isInSecretsManager(reference))
    .map((reference) => unchecked(reference, service.template)),
  ...role('execution', wanted.executionRoleArn ?? '', environment),
  // A task without a role of its own may call nothing of AWS, and needs to call nothing.
  ...(wanted.taskRoleArn === undefined ? [] : role('task', wanted.taskRoleArn, environment)),
];

type Said = Omit<Finding, 'service'>;

function missing({ what, name }: Lack, { platform }: Environment, all: ServiceFacts[]): Said {
  // One command for all that lack the same.
  const alike = all.filter(({ lacks }) => lacks.some((lack) => lack.what === what));
  const names = alike.map(({ service }) => service.name).join(' ');
  switch (what) {
    case 'built image':
      return image('it was not built on this machine', `gsys build ${names}`);
    case 'pushed image':
      return image('the registry does not have its image', `gsys push ${names}`);
    case 'secret':
      return {
        ...{ level: 'error', code: 'secret-missing' },
        message: `Secrets Manager does not have ${name}`,
        next: platform === 'embedded' ? 'gsys local up' : 'gsys tls issue',
      };
  }
}

function image(message: string, next: string): Said {
  return { level: 'error', code: 'image-missing', message, next };
}

function unchecked(reference: string, template: string): Said {
  return {
    ...{ level: 'warning', code: 'secret-unchecked' },
    message: `${reference} is not looked up: gsys checks secrets of Secrets Manager only`,
    next: `name its ARN of Secrets Manager in ${template}`,
  };
}

/** By form and account alone: whether there is such a role only IAM knows, and gsys has no permission to ask it. */
function role(which: 'execution' | 'task', arn: string, { name, account }: Environment): Said[] {
  const owner = /^arn:[^:]+:iam::(\d{12}):role\/.+$/.exec(arn)?.[1];
  if (owner === account) return [];
  const shown = arn === '' ? 'nothing' : arn;
  const what =
    owner === undefined ? 'is not the ARN of an IAM role' : `is of account ${owner}, not ${account}`;
  return [
    {
      ...{ level: 'error', code: 'role' },
      message: `its ${which} role: ${shown} ${what}`,
      next: `correct environments.${name}.roles.${which} in gsys.yaml`,
    },
  ];
}
