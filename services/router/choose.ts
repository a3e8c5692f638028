import type { CallDefinition } from '../sdk/definition.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { DefinedService } from './inventory.ts';

/**
 * The contract of the endpoint that is meant, if requests may be passed on to it.
 * @param calls what may be asked, which the servers hold us to
 * @throws ServiceError INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNIMPLEMENTED
 */
export function choose(
  inventory: DefinedService[],
  calls: CallDefinition[],
  serviceName: string,
  operation: string,
): CallDefinition {
  assertName('service_name', serviceName);
  assertName('operation', operation);
  const service = inventory.find(({ name }) => name === serviceName);
  if (!service) throw new ServiceError(Code.NOT_FOUND, `The fleet has no service ${serviceName}.`);
  const endpoint = service.endpoints.find(({ name }) => name === operation);
  if (!endpoint) {
    const known = service.endpoints.map(({ name }) => name).join(', ') || 'none';
    throw new ServiceError(
      Code.NOT_FOUND,
      `${serviceName} has no operation ${operation}; its operations: ${known}.`,
    );
  }
  const contract = calls.find(({ subject }) => subject === endpoint.subject);
  if (!contract)
    throw new ServiceError(
      Code.PERMISSION_DENIED,
      `${endpoint.subject} is not passed on: it is not for everybody.`,
    );
  if (contract.streaming)
    throw new ServiceError(Code.UNIMPLEMENTED, `${endpoint.subject} answers with a stream: ask it yourself.`);
  return contract;
}

function assertName(field: string, name: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new ServiceError(
      Code.INVALID_ARGUMENT,
      `${field} must have 1 to 64 letters, digits, dashes and underscores.`,
    );
}
