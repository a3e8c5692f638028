import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  PutParameterRequest,
  PutParameterResult,
} from '@aws-sdk/client-ssm';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import { withTags } from '../tags.ts';
import { checkNames, checkPut, tierFor } from './limits.ts';
import { type Parameter, VERSIONS_KEPT } from './parameter.ts';

/** Putting and deleting. A put without Overwrite is an atomic create: of two, one gets ParameterAlreadyExists. */
export function writeOperations(context: AwsContext, parameters: Collection<Parameter>) {
  return {
    async PutParameter(input: PutParameterRequest): Promise<PutParameterResult> {
      const name = input.Name ?? '';
      const known = parameters.get(name);
      checkPut(input, known);
      if (known && !input.Overwrite)
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      const parameter = putInto(input, known, context.clock());
      await parameters.put(name, parameter);
      return { Version: parameter.versions.at(-1)?.version, Tier: parameter.tier };
    },

    async DeleteParameter({ Name = '' }: DeleteParameterRequest): Promise<object> {
      if (!parameters.has(Name)) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
      await parameters.remove(Name);
      return {};
    },

    async DeleteParameters({ Names = [] }: DeleteParametersRequest): Promise<DeleteParametersResult> {
      checkNames(Names);
      const DeletedParameters = Names.filter((name) => parameters.has(name));
      await Promise.all(DeletedParameters.map((name) => parameters.remove(name)));
      return { DeletedParameters, InvalidParameters: Names.filter((it) => !DeletedParameters.includes(it)) };
    },
  };
}

function putInto(input: PutParameterRequest, known: Parameter | undefined, now: number): Parameter {
  const last = known?.versions.at(-1);
  const value = input.Value ?? '';
  const version = {
    version: (last?.version ?? 0) + 1,
    type: input.Type ?? last?.type ?? 'String',
    value,
    modifiedAt: now,
  };
  return {
    name: input.Name ?? '',
    tier: tierFor(input, known),
    description: input.Description ?? known?.description,
    keyId: version.type === 'SecureString' ? (input.KeyId ?? known?.keyId ?? 'alias/aws/ssm') : undefined,
    allowedPattern: input.AllowedPattern ?? known?.allowedPattern,
    tags: withTags(known?.tags ?? {}, input.Tags, 'ValidationException'),
    versions: [...(known?.versions ?? []), version].slice(-VERSIONS_KEPT),
  };
}
