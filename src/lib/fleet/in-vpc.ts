import path from 'node:path';
import type { Environment, Fleet } from './fleet.ts';
import { OPERATOR, SYSTEM, tlsSecretName } from './identity.ts';

/** What gsys's own task is called, for `--in-vpc`; nothing of the fleet's services has these names. */
export interface Runner {
  /** Also what its image is called on this machine. */
  name: string;
  family: string;
  container: string;
  repository: string;
  logGroup: string;
  logStreamPrefix: string;
  /** Absolute path of its task definition template. */
  template: string;
  /** Secrets Manager names of the certificate bundles that it comes with. */
  operatorSecret: string;
  systemSecret: string;
}

const NAME = 'gsys-runner';

export function runnerOf({ name: fleet, root, registryNamespace, environment }: Fleet): Runner {
  return {
    name: NAME,
    // Environments may share an account, and their runners have other images and secrets.
    family: `${NAME}-${fleet}-${environment.name}`,
    container: NAME,
    repository: `${registryNamespace}/${NAME}`,
    logGroup: `/gsys/${fleet}/runner`,
    logStreamPrefix: environment.name,
    template: path.join(root, 'templates', 'task-defs', `${NAME}.json`),
    operatorSecret: tlsSecretName(fleet, environment.name, OPERATOR),
    systemSecret: tlsSecretName(fleet, environment.name, SYSTEM),
  };
}

/** Files of an identity that a task was given. @param holder `gsys-operator` */
export function identityFiles(folder: string, holder: string) {
  const file = (name: string) => path.join(folder, holder, name);
  return { cert: file('cert.pem'), key: file('key.pem'), ca: file('ca.pem') };
}

/**
 * The environment as a task of gsys sees it: with the identities that it was given, and its role instead of anybody's
 * profile. @param folder of the identities; undefined elsewhere than in such a task
 */
export function inVpc(environment: Environment, folder: string | undefined): Environment {
  if (folder === undefined) return environment;
  const system = identityFiles(folder, SYSTEM);
  const operator = { ...identityFiles(folder, OPERATOR), system };
  return { ...environment, inVpc: true, profile: undefined, operator };
}
