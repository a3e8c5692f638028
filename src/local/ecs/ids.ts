/** Names as ECS gives them, all made from UUIDs that are handed in. */
export interface Ids {
  uuid(): string;
  /** 32 hexadecimal digits: a task. */
  task(): string;
  /** 19 digits: a deployment or a service revision. */
  number(): string;
  /** 21 characters: a service deployment. */
  serviceDeployment(): string;
}

export function createIds(uuid: () => string): Ids {
  const hex = () => uuid().replaceAll('-', '');
  return {
    uuid,
    task: hex,
    number: () => String(BigInt(`0x${hex()}`) % 10n ** 19n).padStart(19, '1'),
    serviceDeployment: () => Buffer.from(hex(), 'hex').toString('base64url').slice(0, 21),
  };
}
