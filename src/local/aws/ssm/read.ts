import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
} from '@aws-sdk/client-ssm';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import { checkNames, refusal } from './limits.ts';
import { findVersion, type Parameter, wireParameter } from './parameter.ts';

/** GetParametersByPath gives ten at most, and ten when not asked. */
const PAGE = { most: 10, usual: 10, refuse: refusal };

export function readOperations(context: AwsContext, parameters: Collection<Parameter>) {
  const find = (reference: string) => findVersion((name) => parameters.get(name), reference);
  return {
    GetParameter({ Name = '', WithDecryption }: GetParameterRequest): GetParameterResult {
      const found = find(Name);
      if (!found) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
      return { Parameter: wireParameter(context, found, WithDecryption) };
    },

    /** Names that are not there are listed, not refused: whoever forgets to look takes silence for success. */
    GetParameters({ Names = [], WithDecryption }: GetParametersRequest): GetParametersResult {
      checkNames(Names);
      const found = Names.map((name) => ({ name, hit: tryFind(find, name) }));
      return {
        Parameters: found.flatMap(({ hit }) => (hit ? [wireParameter(context, hit, WithDecryption)] : [])),
        InvalidParameters: found.filter(({ hit }) => !hit).map(({ name }) => name),
      };
    },

    GetParametersByPath(input: GetParametersByPathRequest): GetParametersByPathResult {
      if (input.ParameterFilters?.length) throw refusal('Parameter filters are not supported here.');
      const path = input.Path ?? '';
      if (!path.startsWith('/'))
        throw refusal(
          'The parameter doesn\'t meet the parameter name requirements. The path must begin with "/".',
        );
      const under = path.endsWith('/') ? path : `${path}/`;
      const matching = parameters
        .values()
        .filter(({ name }) => name.startsWith(under))
        .filter(({ name }) => input.Recursive || !name.slice(under.length).includes('/'));
      const { items, nextToken } = page(matching, {
        key: ({ name }) => name,
        limit: pageSize(input.MaxResults, PAGE),
        token: input.NextToken,
        badToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
      });
      return {
        Parameters: items.flatMap(({ name }) => {
          const found = find(name);
          return found ? [wireParameter(context, found, input.WithDecryption)] : [];
        }),
        NextToken: nextToken,
      };
    },
  };
}

/** In a list, a version that is not there makes the name invalid, as a missing parameter does. */
function tryFind<T>(find: (name: string) => T, name: string): T | undefined {
  try {
    return find(name);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
