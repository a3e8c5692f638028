import { type ConfigChange, type ConfigEffect, diffConfigs } from '../../nats/config-diff.ts';
import { configTag } from '../../nats/server-config.ts';

/** What is known of a node before anything is changed. */
export interface NodeLook {
  node: string;
  /** Text of the file that lies there. */
  config: string | undefined;
  /** What its server has loaded; undefined where none answers. */
  loaded: { tags: string[]; loadedAt: string; startedAt: string } | undefined;
}

/** What is to be done with a node's configuration. */
export interface PlannedNode {
  node: string;
  /** `start`: no server runs there; the configuration is put there, and whoever keeps the server starts it. */
  action: 'none' | ConfigEffect | 'start';
  /** Whether the file is to be another one; without, it lies there and is not loaded. */
  install: boolean;
  changes: ConfigChange[];
  /** Why the file that lies there is compared by lines alone. */
  foreign: string | undefined;
  /** What makes the configuration that lies there unable to work, or open. */
  findings: string[];
}

/**
 * @param text the configuration that the node is to have
 * @param findings of the one that lies there
 * @param restart whether it is to be restarted whatever differs
 */
export function planNode(look: NodeLook, text: string, findings: string[], restart: boolean): PlannedNode {
  const { node, config, loaded } = look;
  const { effect, changes, foreign } = diffConfigs(config, text);
  const install = config !== text;
  // What it runs with counts more than what lies there: somebody may have changed the file alone.
  const isLoaded = loaded?.tags.includes(configTag(text) ?? '') ?? false;
  const unloaded = effect === 'none' ? 'reload' : effect;
  const needed = isLoaded ? (install ? 'reload' : 'none') : unloaded;
  const action = loaded === undefined ? 'start' : restart ? 'restart' : needed;
  const shown = isLoaded ? changes.map((change) => ({ ...change, effect: 'reload' as const })) : changes;
  return { node, action, install, changes: shown, foreign, findings };
}
