import { AwsError } from '../service.ts';
import { DIMENSION, NAMESPACE, type Records, type TargetRecord } from './records.ts';

export const invalid = (message: string) => new AwsError('ValidationException', message);
export const notFound = (message: string) => new AwsError('ObjectNotFoundException', message);
export const badToken = () => new AwsError('InvalidNextTokenException', 'The token is not valid.');

interface ResourceName {
  ServiceNamespace?: string | undefined;
  ResourceId?: string | undefined;
  ScalableDimension?: string | undefined;
}

/** Services of ECS are all that can be scaled here. @returns the resource id */
export function requireResource(input: ResourceName): string {
  const resourceId = input.ResourceId ?? '';
  requireNamespace(input);
  if (input.ScalableDimension !== DIMENSION || !/^service\/[\w-]+\/[\w-]+$/.test(resourceId))
    throw invalid('Unsupported service namespace, resource type or scalable dimension');
  return resourceId;
}

/** What lists may be asked for: a dimension needs a resource. */
export function requireNamespace({ ServiceNamespace, ScalableDimension }: ResourceName): void {
  if (ServiceNamespace !== NAMESPACE || (ScalableDimension ?? DIMENSION) !== DIMENSION)
    throw invalid('Unsupported service namespace, resource type or scalable dimension');
}

export function requireTarget(
  { targets }: Records,
  resourceId: string,
  verb: 'found' | 'registered',
): TargetRecord {
  const target = targets.get(resourceId);
  if (target) return target;
  throw notFound(
    `No scalable target ${verb} for service namespace: ${NAMESPACE}, resource ID: ${resourceId}, ` +
      `scalable dimension: ${DIMENSION}`,
  );
}
