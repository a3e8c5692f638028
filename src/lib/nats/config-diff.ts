import { type ConfigMap, ConfigSyntaxError, type ConfigValue, parseConfig } from './config-text.ts';

/** What a running server needs to take a change over. */
export type ConfigEffect = 'reload' | 'restart';

/** One setting that is to be another one. */
export interface ConfigChange {
  /** `cluster.routes`, `accounts.FLEET.users.settings.g1.svc.fleet.internal.publish.allow` */
  setting: string;
  /** What goes, and what comes; of lists, the entries that differ. */
  removed: string[];
  added: string[];
  effect: ConfigEffect;
}

export interface ConfigDiff {
  effect: 'none' | ConfigEffect;
  changes: ConfigChange[];
  /** Why the text that is there is not understood: it is then compared line by line, and wants a restart. */
  foreign: string | undefined;
}

/** Compares two configurations setting by setting; comments, order and format count for nothing. */
export function diffConfigs(before: string | undefined, after: string): ConfigDiff {
  if (before === after) return { effect: 'none', changes: [], foreign: undefined };
  if (before === undefined)
    return { effect: 'restart', changes: [], foreign: 'there is no configuration that gsys could find' };
  try {
    const changes = compare(parseConfig(before), parseConfig(after));
    // The tag is one of everything else.
    const told = changes.filter(({ setting }) => setting !== 'server_tags');
    return { effect: effectOf(changes), changes: told, foreign: undefined };
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    return { effect: 'restart', changes: compareLines(before, after), foreign: error.message };
  }
}

function effectOf(changes: ConfigChange[]): ConfigDiff['effect'] {
  if (changes.length === 0) return 'none';
  return changes.some(({ effect }) => effect === 'restart') ? 'restart' : 'reload';
}

function compare(before: ConfigMap, after: ConfigMap, path: string[] = []): ConfigChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const here = [...path, name];
    const [old, next] = [before[name], after[name]].map(byUser);
    if (isMap(old) && isMap(next)) return compare(old, next, here);
    return change(here, old, next);
  });
}

/** Users are told apart by their names, not by their places. */
function byUser(value: ConfigValue | undefined): ConfigValue | undefined {
  if (!Array.isArray(value) || value.length === 0) return value;
  const named = value.map((one) =>
    isMap(one) && typeof one.user === 'string' ? ([one.user, one] as const) : undefined,
  );
  if (named.some((one) => one === undefined)) return value;
  return Object.fromEntries((named as [string, ConfigMap][]).map(([user, one]) => [user, withoutName(one)]));
}

function withoutName({ user: _, ...rest }: ConfigMap): ConfigMap {
  return rest;
}

function change(path: string[], old: ConfigValue | undefined, next: ConfigValue | undefined): ConfigChange[] {
  const [removed, added] = [wordsOf(old), wordsOf(next)];
  const shown = (words: string[]) => (SECRET.test(path.at(-1) ?? '') ? words.map(() => HIDDEN) : words);
  const change = {
    setting: path.join('.'),
    removed: shown(removed.filter((word) => !added.includes(word))),
    added: shown(added.filter((word) => !removed.includes(word))),
  };
  const same =
    change.removed.length === 0 && change.added.length === 0 && (old === undefined) === (next === undefined);
  return same ? [] : [{ ...change, effect: effectOfSetting(change.setting) }];
}

/** Settings of other people's configurations whose values nobody may read here; gsys renders none. */
const SECRET = /pass|token|secret|seed|nkey|auth_?key|private/i;
const HIDDEN = '(not shown)';

/** `nats://user:password@host` */
function withoutLogin(text: string): string {
  return text.replace(/\/\/[^@/\s"']+@/g, `//${HIDDEN}@`);
}

function wordsOf(value: ConfigValue | undefined): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map(word);
  return [word(value)];
}

function word(value: ConfigValue): string {
  if (typeof value === 'string') return withoutLogin(value);
  if (Array.isArray(value)) return value.map(word).join(' ');
  if (!isMap(value)) return String(value);
  const settings = Object.entries(value).map(([name, one]) => {
    if (SECRET.test(name)) return `${name}: ${HIDDEN}`;
    return `${name}: ${isMap(one) ? `{ ${word(one)} }` : word(one)}`;
  });
  return settings.join(', ');
}

function isMap(value: ConfigValue | undefined): value is ConfigMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/**
 * What a running server takes over when it is told to reload; it refuses everything else, and all that came with it.
 * Each line was tried on 2.9.10, and is again by the tests.
 * https://docs.nats.io/running-a-nats-service/configuration#configuration-reloading
 */
const RELOADED = [
  /^server_tags$/,
  /^client_advertise$/,
  /^(pid_file|logtime)$/,
  /^(max_payload|write_deadline|ping_interval|ping_max)$/,
  /^tls\.(cert_file|key_file|ca_file|timeout)$/,
  /^cluster\.(routes|cluster_advertise)$/,
  /^cluster\.tls\.(cert_file|key_file|ca_file|timeout)$/,
  /^accounts\.[^.]+\.users(\.|$)/,
  /^authorization\.users(\.|$)/,
];

function effectOfSetting(setting: string): ConfigEffect {
  return RELOADED.some((pattern) => pattern.test(setting)) ? 'reload' : 'restart';
}

/** Lines that are in one text alone: enough to see what would go. */
function compareLines(before: string, after: string): ConfigChange[] {
  const [old, next] = [before, after].map((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  ) as [string[], string[]];
  return [
    {
      setting: 'the whole file',
      removed: old.filter((line) => !next.includes(line)).map(shownLine),
      added: next.filter((line) => !old.includes(line)),
      effect: 'restart',
    },
  ];
}

/** From a name that sounds secret to the end of the line. */
function shownLine(line: string): string {
  const found = SECRET.exec(line);
  return withoutLogin(found === null ? line : `${line.slice(0, found.index)}${found[0]} ${HIDDEN}`);
}
