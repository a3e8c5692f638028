import { existsSync } from 'node:fs';
import { GsysError } from '../errors.ts';
import type { Fleet } from './fleet.ts';

/**
 * Refuses an environment that lacks what its commands need: better now than in the middle of a release.
 * The embedded platform makes its own certificates, so their absence is not a mistake there.
 * @throws GsysError INVALID_DEFINITION with every lack as a detail
 */
export function checkEnvironment({ environment, services }: Fleet): void {
  const details = services
    .filter(({ template }) => !existsSync(template))
    .map(({ name, template }) => `${name}: there is no ${template}`);
  if (environment.platform === 'aws') {
    const { operator, nats, redis, image, name } = environment;
    const at = `environments.${name}`;
    if (image === undefined)
      details.push(`${at}.image.base: missing; push has no Node to put under services`);
    if (operator === undefined)
      details.push(`${at}.operator: missing; verify, probe and tls connect with it`);
    for (const file of operator
      ? [operator.ca, operator.cert, operator.key, operator.system.cert, operator.system.key]
      : []) {
      if (!existsSync(file)) details.push(`${at}.operator: there is no ${file}`);
    }
    if (nats.transport === 'ssm' && nats.nodes.some((node) => node.instanceId === undefined)) {
      details.push(`${at}.nats.nodes: transport ssm needs an instanceId for each node`);
    }
    if (redis.authSecret === undefined) details.push(`${at}.redis.authSecret: missing; nobody could log in`);
  }
  if (details.length > 0) {
    throw new GsysError('INVALID_DEFINITION', `environment ${environment.name} is not complete`, {
      details,
      next: 'add what is missing to gsys.yaml',
    });
  }
}
