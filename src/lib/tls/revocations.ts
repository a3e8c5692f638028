import * as z from 'zod';
import type { Ssm } from '../aws/ssm.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { revocationsPath } from '../fleet/identity.ts';

const schema = z.object({
  holder: z.string(),
  generation: z.number().int().positive(),
  reason: z.string(),
  now: z.boolean().default(false),
  by: z.string(),
  at: z.string(),
  /** Of the certificate that it had last; absent where nobody has that any more. */
  serial: z.string().optional(),
  /** False from before the first step until its refusal was seen. */
  done: z.boolean(),
});

/** That an identity is ended, why and by whom. */
export type Revocation = z.infer<typeof schema>;

export async function readRevocations(ssm: Pick<Ssm, 'children'>, fleet: Fleet): Promise<Revocation[]> {
  const parameters = await ssm.children(pathOf(fleet));
  return parameters.map(({ value }) => schema.parse(JSON.parse(value)));
}

export async function recordRevocation(
  ssm: Pick<Ssm, 'overwrite'>,
  fleet: Fleet,
  revocation: Revocation,
): Promise<void> {
  const { holder, generation } = revocation;
  await ssm.overwrite(`${pathOf(fleet)}/${holder}.g${generation}`, JSON.stringify(revocation));
}

function pathOf({ name, environment }: Fleet): string {
  return revocationsPath(name, environment.name);
}
