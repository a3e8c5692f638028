import { awsCommand } from '../../fleet/aws-command.ts';
import type { BaseImage, Environment } from '../../fleet/fleet.ts';
import { ecrOwner } from '../../fleet/image-reference.ts';

/** What a push went through with, and somebody should change all the same. */
export interface PushWarning {
  type: 'warning';
  message: string;
  repositories: string[];
  next: string;
}

/**
 * gsys deploys by digest and compares what a tag holds, so it does not depend on tags that stay. Everybody else who
 * reads them does. Not refused: the repositories may be those of a pipeline that still moves `latest`.
 */
export function mutableTags(environment: Environment, repositories: string[]): PushWarning {
  const set = awsCommand(environment, 'ecr put-image-tag-mutability --image-tag-mutability IMMUTABLE');
  return {
    type: 'warning',
    message: `tags can be moved in ${listed(repositories)}, which gsys did not make`,
    repositories,
    next: `for name in ${repositories.join(' ')}; do ${set} --repository-name $name; done`,
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html @param bytes that went more than once */
export function layersSentAgain(environment: Environment, base: BaseImage, bytes: number): PushWarning {
  const join = awsCommand(environment, 'ecr put-account-setting --name BLOB_MOUNTING --value ENABLED');
  return {
    type: 'warning',
    message: `the registry does not share layers between repositories: ${Math.round(bytes / 1e6)} MB of ${base.repository} were sent again`,
    repositories: [base.repository],
    next: ecrOwner(base.registry) === undefined ? 'see whether the registry can mount blobs' : join,
  };
}

const SHOWN = 3;

function listed(names: string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
