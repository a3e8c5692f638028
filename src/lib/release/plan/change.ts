/** Which question of an operator a change belongs to. */
export type ChangeKind =
  | 'image'
  | 'environment'
  | 'secret'
  | 'size'
  | 'health'
  | 'count'
  | 'network'
  | 'rollout'
  | 'other';

/** One thing that differs. Secrets are told by the name of their reference: values never come here. */
export interface Change {
  /** `container.settings-nats.environment.LOG_LEVEL` */
  path: string;
  kind: ChangeKind;
  /** As AWS has it; null where there is nothing. */
  from: unknown;
  to: unknown;
}

/** In what two flat documents differ, by path; none when they are alike. Pure. */
export function changesBetween(before: Map<string, unknown>, after: Map<string, unknown>): Change[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [from, to] = [before.get(path) ?? null, after.get(path) ?? null];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    const kind = kindOf(path);
    return [{ path, kind, ...(kind === 'secret' ? named(from, to) : { from, to }) }];
  });
}

/** `environment.LOG_LEVEL: "info" -> "debug"` */
export function changeText({ path, from, to }: Change): string {
  return `${path}: ${inShort(from)} -> ${inShort(to)}`;
}

const KINDS: [RegExp, ChangeKind][] = [
  [/^container\.[^.]+\.image$/, 'image'],
  [/^container\.[^.]+\.environment(\.|$)/, 'environment'],
  [/^container\.[^.]+\.(secrets|logConfiguration\.secretOptions)\./, 'secret'],
  [/^(cpu|memory|ephemeralStorage\..+)$/, 'size'],
  [/^container\.[^.]+\.(cpu|memory|memoryReservation)$/, 'size'],
  [/^container\.[^.]+\.healthCheck(\.|$)/, 'health'],
  [/^desiredCount$/, 'count'],
  [/^(networkConfiguration\.|container\.[^.]+\.portMappings\.)/, 'network'],
  [/^deploymentConfiguration\./, 'rollout'],
];

function kindOf(path: string): ChangeKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}

/** Of a secret's ARN its name; the whole of it where names alone would look alike. */
function named(from: unknown, to: unknown): Pick<Change, 'from' | 'to'> {
  const [was, is] = [secretName(from), secretName(to)];
  return was === is ? { from, to } : { from: was, to: is };
}

function secretName(reference: unknown): unknown {
  return typeof reference === 'string'
    ? reference.replace(/^arn:[^:]+:(secretsmanager:[^:]*:[^:]*:secret:|ssm:[^:]*:[^:]*:parameter\/)/, '')
    : reference;
}

/** Longer values say enough with their ends: digests differ there. */
const SHOWN = 60;

function inShort(value: unknown): string {
  if (value === null) return 'absent';
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, 20)}…${text.slice(-20)}`;
}
