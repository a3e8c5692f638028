import * as z from 'zod';
import type { Ssm } from '../aws/ssm.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { rotationsPath } from '../fleet/identity.ts';
import { inspect } from '../pki/inspect.ts';

/**
 * How far a rotation has come. A leaf rotation goes from planned over reissued to proven; one of the authority through
 * all of them. After `aborting` it goes the same way back, and ends with `aborted`.
 */
const PHASES = [
  'planned',
  'trusted',
  'reissued',
  'drained',
  'untrusted',
  'proven',
  'aborting',
  'aborted',
] as const;
export type Phase = (typeof PHASES)[number];

const transitionSchema = z.object({
  rotation: z.string(),
  kind: z.enum(['leaf', 'ca']),
  phase: z.enum(PHASES),
  at: z.string(),
  by: z.string(),
  /** Of the first: by holder, the beginning of the serial that it had; empty of one that had none. */
  before: z.record(z.string(), z.string()).optional(),
  /** Of the first, where the authority is rotated: fingerprints of the issuing ones. */
  authorities: z.object({ from: z.string(), to: z.string() }).optional(),
  /** Of `aborting`: how many holders had a certificate of the authority that is given up, if that counts. */
  issued: z.number().optional(),
  /** What was seen that allowed it, one line each. */
  evidence: z.array(z.string()),
});

/** One step of a rotation that is done, with what proves it. */
export type Transition = z.infer<typeof transitionSchema>;

/** A rotation, told by its steps, oldest first. */
export interface Rotation {
  id: string;
  kind: Transition['kind'];
  phase: Phase;
  holders: string[];
  before: Record<string, string>;
  authorities: Transition['authorities'];
  /** Whether it is on its way back. */
  aborting: boolean;
  transitions: Transition[];
}

/** Of the fleet, oldest first. */
export async function readRotations(ssm: Pick<Ssm, 'children'>, fleet: Fleet): Promise<Rotation[]> {
  const parameters = await ssm.children(pathOf(fleet));
  const transitions = parameters
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, value }) => parse(name, value));
  return [...new Set(transitions.map(({ rotation }) => rotation))].map((id) =>
    told(transitions.filter(({ rotation }) => rotation === id)),
  );
}

/** The one that is not over, of which there is at most one. */
export function underWay(rotations: Rotation[]): Rotation | undefined {
  return rotations.findLast(({ phase }) => phase !== 'proven' && phase !== 'aborted');
}

/**
 * Writes a step down. Two commands that both believe to take it: one of them is told.
 * @returns the rotation with it @throws GsysError LOCKED
 */
export async function recordTransition(
  ssm: Pick<Ssm, 'create'>,
  fleet: Fleet,
  before: Transition[],
  transition: Transition,
): Promise<Rotation> {
  const number = String(before.length).padStart(3, '0');
  const name = `${pathOf(fleet)}/${transition.rotation}.${number}`;
  if (!(await ssm.create(name, JSON.stringify(shortened(transition)))))
    throw new GsysError('LOCKED', `somebody else has taken this rotation on from ${before.at(-1)?.phase}`, {
      next: 'gsys tls rotate --status',
    });
  return told([...before, transition]);
}

/** Sorts by time, and is a plain word. */
export function rotationId(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Enough to tell a certificate from the one that a holder gets in its place. */
export function serialOf(cert: string): string {
  return inspect(cert).serial.slice(0, 16);
}

/** Whether a holder has not yet got another certificate than the one it had when it began. */
export function isStillBefore({ before }: Rotation, holder: string, cert: string | undefined): boolean {
  const had = before[holder];
  return had !== undefined && (cert === undefined ? '' : serialOf(cert)) === had;
}

/** Characters of a standard parameter: https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const LARGEST = 4096;

/** Evidence that does not fit is counted. */
function shortened(transition: Transition): Transition {
  const evidence = [...transition.evidence];
  let left = 0;
  const shown = () => (left === 0 ? evidence : [...evidence, `and ${left} more of the same kind`]);
  while (evidence.length > 0 && JSON.stringify({ ...transition, evidence: shown() }).length > LARGEST) {
    evidence.pop();
    left++;
  }
  return { ...transition, evidence: shown() };
}

function told(transitions: Transition[]): Rotation {
  const [first] = transitions;
  const last = transitions.at(-1);
  if (first === undefined || last === undefined) throw new GsysError('INTERNAL', 'a rotation without a step');
  return {
    id: first.rotation,
    kind: first.kind,
    phase: last.phase,
    holders: Object.keys(first.before ?? {}),
    before: first.before ?? {},
    authorities: first.authorities,
    aborting: transitions.some(({ phase }) => phase === 'aborting'),
    transitions,
  };
}

function parse(name: string, text: string): Transition {
  try {
    return transitionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new GsysError('NOT_PROVEN', `${name} in Parameter Store is no step of a rotation`, {
      cause,
      next: 'look at its history, and put the last good value back',
    });
  }
}

function pathOf({ name, environment }: Fleet): string {
  return rotationsPath(name, environment.name);
}
