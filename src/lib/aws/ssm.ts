import {
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  type Parameter,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

export interface StoredParameter {
  name: string;
  value: string;
  /** Counts overwrites, from 1. */
  version: number;
  /** Of the last write, by the server's clock; milliseconds since the epoch. */
  modifiedAt: number;
}

export interface Ssm {
  get(name: string): Promise<StoredParameter | undefined>;
  /** Direct children of a path: `/gsys/fleet/local/lock`. */
  children(path: string): Promise<StoredParameter[]>;
  /** Writes a parameter that must not exist yet: the one atomic create there is. @returns false when it does */
  create(name: string, value: string): Promise<boolean>;
  overwrite(name: string, value: string): Promise<void>;
  remove(names: string[]): Promise<void>;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
const PER_PAGE = 10;
const DELETED_PER_CALL = 10;

export function ssm(access: AwsAccess): Ssm {
  const send = openClient(access, 'ssm', SSMClient);
  return {
    async get(name) {
      const reply = await unlessNamed(
        ['ParameterNotFound'],
        undefined,
        send(new GetParameterCommand({ Name: name })),
      );
      return reply?.Parameter && stored(reply.Parameter);
    },

    children: (path) =>
      allPages(async (NextToken) => {
        const reply = await send(
          new GetParametersByPathCommand({ Path: path, MaxResults: PER_PAGE, NextToken }),
        );
        return { items: (reply.Parameters ?? []).map(stored), next: reply.NextToken };
      }),

    async create(name, value) {
      const command = new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: false });
      return (await unlessNamed(['ParameterAlreadyExists'], undefined, send(command))) !== undefined;
    },

    async overwrite(name, value) {
      await send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true }));
    },

    async remove(names) {
      await inBatches(names, DELETED_PER_CALL, async (Names) => {
        await send(new DeleteParametersCommand({ Names }));
        return [];
      });
    },
  };
}

function stored(parameter: Parameter): StoredParameter {
  return {
    name: parameter.Name ?? '',
    value: parameter.Value ?? '',
    version: parameter.Version ?? 0,
    modifiedAt: parameter.LastModifiedDate?.getTime() ?? 0,
  };
}
