import type { AwsAccess } from '../aws/clients.ts';
import { ssm } from '../aws/ssm.ts';
import { checkAccount } from '../aws/sts.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Rotation, readRotations } from './rotations.ts';

/** All rotations of a fleet, oldest first, each with its steps and what was seen. */
export async function rotationStory(fleet: Fleet, access: AwsAccess): Promise<Rotation[]> {
  await checkAccount(access);
  return await readRotations(ssm(access), fleet);
}
