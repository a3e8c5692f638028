/** The forms of ECS's names. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html */
export interface Place {
  region: string;
  account: string;
}

export function arnOf(place: Place, resource: string): string {
  return `arn:aws:ecs:${place.region}:${place.account}:${resource}`;
}

/** The last part of a name or ARN: `settings-nats` of `arn:aws:ecs:…:service/cluster/settings-nats`. */
export function lastPart(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

/** `service/cluster/name` of an ARN; undefined for what is not an ECS ARN. */
export function resourceOf(arn: string): string[] | undefined {
  const match = /^arn:[^:]+:ecs:[^:]*:[^:]*:(.+)$/.exec(arn);
  return match?.[1]?.split('/');
}
