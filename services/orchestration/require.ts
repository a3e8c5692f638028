import { HealthRequestSchema, HealthResponseSchema } from '../gen/router_pb.js';
import type { Caller } from '../sdk/caller.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid } from '../sdk/fields.ts';
import type { Origin } from '../sdk/request-context.ts';

/** @throws ServiceError FAILED_PRECONDITION that names who is not healthy, INVALID_ARGUMENT, UNAVAILABLE */
export type Require = (services: string[], origin: Origin) => Promise<void>;

const HEALTH = {
  subject: 'svc.router.v1.health',
  request: HealthRequestSchema,
  response: HealthResponseSchema,
};
const MAX_SERVICES = 32;

/** The router has seen who answers; nobody is taken for healthy whom it has not. */
export function createRequire(caller: Caller): Require {
  return async (services, origin) => {
    if (services.length > MAX_SERVICES) throw invalid(`required_services are more than ${MAX_SERVICES}.`);
    for (const name of services)
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
        throw invalid(`required_services has ${JSON.stringify(name.slice(0, 64))}, which is no service.`);
    if (services.length === 0) return;
    const seen = (await caller.ask(HEALTH, {}, origin)).services;
    const missing = services.filter(
      (name) => !seen.some(({ serviceName, isHealthy }) => serviceName === name && isHealthy),
    );
    if (missing.length === 0) return;
    throw new ServiceError(
      Code.FAILED_PRECONDITION,
      `Required and not healthy: ${missing.join(', ')}. Nothing was done.`,
    );
  };
}
