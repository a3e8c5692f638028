import type { Scene, Step } from './after-key.ts';
import type { Key } from './keys.ts';
import { BROWSE, type TopState } from './state.ts';

/**
 * Keys that lead to a command: those that only look run at once, those that change something ask for every word that
 * the command wants and then for a name to be typed. Pure.
 */
export function afterChangeKey(state: TopState, key: Key, scene: Scene): Step {
  const { mode, service } = state;
  if (service === undefined) return { state };
  switch (mode.type) {
    case 'count':
    case 'reason':
    case 'confirm':
      return afterTypedKey(state, mode, key, scene, service);
    default:
      return 'char' in key ? begun(state, key.char, scene, service) : { state };
  }
}

function begun(state: TopState, char: string, scene: Scene, service: string): Step {
  const env = ['--env', scene.environment];
  switch (char) {
    case 'l':
      return {
        state,
        effect: { type: 'run', argv: ['logs', service, '--follow', '--since', '15m', ...env] },
      };
    case 'p':
      return { state, effect: { type: 'run', argv: ['probe', 'service', service, ...env] } };
    case 'r':
      if (state.readOnly) return refused(state);
      return confirming(state, `restart ${service}`, ['restart', service], scene, service);
    case 's':
      if (state.readOnly) return refused(state);
      return { state: { ...state, mode: { type: 'count', typed: '' } } };
    default:
      return { state };
  }
}

function refused(state: TopState): Step {
  return { state: { ...state, message: 'nothing is changed from here: --read-only' } };
}

type Typing = Extract<TopState['mode'], { typed: string }>;

function afterTypedKey(state: TopState, mode: Typing, key: Key, scene: Scene, service: string): Step {
  if ('char' in key) return { state: { ...state, mode: { ...mode, typed: mode.typed + key.char } } };
  if (key.name === 'backspace')
    return { state: { ...state, mode: { ...mode, typed: mode.typed.slice(0, -1) } } };
  if (key.name === 'escape') return { state: { ...state, mode: BROWSE, message: 'nothing was changed' } };
  return key.name === 'enter' ? entered(state, mode, scene, service) : { state };
}

function entered(state: TopState, mode: Typing, scene: Scene, service: string): Step {
  const { min, max } = scene.scaling;
  switch (mode.type) {
    case 'count': {
      if (!/^\d{1,4}$/.test(mode.typed)) return { state: { ...state, message: 'a number of tasks, please' } };
      const count = Number(mode.typed);
      if (count < min || count > max)
        return { state: { ...state, mode: { type: 'reason', count, typed: '' } } };
      return scaling(state, count, [], scene, service);
    }
    case 'reason': {
      const reason = mode.typed.trim();
      if (reason === '') return { state: { ...state, message: 'it needs a reason, which verify shows' } };
      return scaling(state, mode.count, ['--reason', reason], scene, service);
    }
    case 'confirm': {
      const { argv, want } = mode.action;
      if (mode.typed !== want)
        return { state: { ...state, mode: BROWSE, message: `that was not ${want}: nothing was changed` } };
      return { state: { ...state, mode: BROWSE }, effect: { type: 'run', argv } };
    }
  }
}

function scaling(state: TopState, count: number, reason: string[], scene: Scene, service: string): Step {
  const from = scene.desired === undefined ? '' : ` from ${scene.desired}`;
  const what = `scale ${service}${from} to ${count}`;
  return confirming(state, what, ['scale', `${service}=${count}`, ...reason], scene, service);
}

/** What was typed stands for the command's own question; a protected environment wants the fleet's name for it. */
function confirming(state: TopState, what: string, argv: string[], scene: Scene, service: string): Step {
  const consent = ['--yes', ...(scene.protected ? ['--confirm', scene.fleet] : [])];
  const action = {
    what: `${what} in ${scene.environment}`,
    argv: [...argv, ...consent, '--env', scene.environment],
    want: scene.protected ? scene.fleet : service,
  };
  return { state: { ...state, mode: { type: 'confirm', action, typed: '' } } };
}
