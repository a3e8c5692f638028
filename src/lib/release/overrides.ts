import type { Ssm } from '../aws/ssm.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** What a person has decided about a service, against the definition. */
export interface Override {
  kind: 'disabled' | 'scaled';
  /** Tasks that it is to have, and had before. */
  desired: number;
  before: number;
  who: string;
  /** ISO 8601. */
  at: string;
  reason: string;
  /** When it is to be over; nothing ends it but a person. ISO 8601. */
  until?: string;
}

/** Every override of the environment, by service. */
export async function readOverrides(
  ssm: Pick<Ssm, 'children'>,
  fleet: Fleet,
): Promise<Map<string, Override>> {
  const parameters = await ssm.children(pathOf(fleet));
  return new Map(
    parameters.flatMap(({ name, value }) => {
      const override = parse(value);
      return override === undefined ? [] : [[name.split('/').at(-1) ?? '', override] as const];
    }),
  );
}

/** @param override undefined leaves what there is, null removes it */
export async function applyOverride(
  ssm: Pick<Ssm, 'overwrite' | 'remove'>,
  fleet: Fleet,
  service: string,
  override: Override | null | undefined,
): Promise<void> {
  const name = `${pathOf(fleet)}/${service}`;
  if (override === null) await ssm.remove([name]);
  else if (override !== undefined) await ssm.overwrite(name, JSON.stringify(override));
}

function pathOf({ name, environment }: Fleet): string {
  return `/gsys/${name}/${environment.name}/override`;
}

function parse(text: string): Override | undefined {
  try {
    return JSON.parse(text) as Override;
  } catch {
    return undefined;
  }
}
