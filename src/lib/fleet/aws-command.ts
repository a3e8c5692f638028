import type { Environment } from './fleet.ts';

/** A command of the AWS CLI for this environment, as it can be typed. @param words `ecs list-clusters` */
export function awsCommand(
  {
    region,
    endpoint,
    profile,
    credentials,
  }: Pick<Environment, 'region' | 'endpoint' | 'profile' | 'credentials'>,
  words: string,
): string {
  return [
    // Those of the embedded platform, which are no secret.
    ...(credentials
      ? [
          `AWS_ACCESS_KEY_ID=${credentials.accessKeyId}`,
          `AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
        ]
      : []),
    'aws',
    ...(endpoint === undefined ? [] : ['--endpoint-url', endpoint]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...['--region', region],
    words,
  ].join(' ');
}
