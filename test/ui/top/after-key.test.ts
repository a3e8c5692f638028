import { describe, expect, it } from 'vitest';
import { afterKey, type Scene, type Step } from '../../../src/ui/top/after-key.ts';
import type { Key, KeyName } from '../../../src/ui/top/keys.ts';
import { initialState } from '../../../src/ui/top/state.ts';

const SCENE: Scene = {
  ...{ environment: 'local', fleet: 'lab', protected: false, services: ['auth', 'settings', 'payment'] },
  rows: { nats: 3, redis: 3, alarms: 9, events: 5 },
  ...{ desired: 2, scaling: { min: 2, max: 4 }, logLines: 40, page: 8 },
};
const NAMES = ['up', 'down', 'home', 'end', 'enter', 'escape', 'tab', 'back-tab', 'backspace', 'interrupt'];

/** @param typed names of keys in brackets, everything else letter by letter: `/set[enter]` */
function press(
  typed: string,
  { readOnly = false, ...scene }: Partial<Scene> & { readOnly?: boolean } = {},
): Step {
  const keys = [...typed.matchAll(/\[([\w-]+)\]|./g)].map(([char, name = '']): Key => {
    return NAMES.includes(name) ? { name: name as KeyName } : { char };
  });
  const first: Step = { state: initialState(readOnly) };
  return keys.reduce((step, key) => afterKey(step.state, key, { ...SCENE, ...scene }), first);
}

describe('keys of the list', () => {
  it('choose a service, which stays chosen by its name when the order changes', () => {
    const { state } = press('j');
    expect(state.service).toBe('settings');
    const services = ['settings', 'payment', 'auth'];
    expect(afterKey(state, { char: 'j' }, { ...SCENE, services }).state.service).toBe('payment');
  });

  it('go no further than the ends', () => {
    expect(press('[end][down]').state.service).toBe('payment');
    expect(press('[end][home][up]').state.service).toBe('auth');
    expect(press('2[end][down]').state.row.nats).toBe(2);
  });

  it('go round the panes', () => {
    expect(press('[tab][tab]').state.pane).toBe('redis');
    expect(press('[back-tab]').state.pane).toBe('events');
  });

  it('filter while one types; Escape takes it back, Enter keeps it', () => {
    expect(press('/sx[backspace]et').state).toMatchObject({ filter: 'set', mode: { type: 'filter' } });
    expect(press('/set[escape]').state).toMatchObject({ filter: '', mode: { type: 'browse' } });
    expect(press('/set[enter]').state).toMatchObject({ filter: 'set', mode: { type: 'browse' } });
    // A q is a letter there.
    expect(press('/q').effect).toBeUndefined();
  });

  it('sort, help, leave', () => {
    expect(press('sS').state).toMatchObject({ sort: 'name', reversed: true });
    expect(press('?').state.mode).toEqual({ type: 'help' });
    expect(press('?q')).toMatchObject({ state: { mode: { type: 'browse' } } });
    expect(press('q').effect).toEqual({ type: 'quit' });
    expect(press('/abc[interrupt]').effect).toEqual({ type: 'interrupt' });
  });

  it('do nothing where there is nothing', () => {
    expect(press('[enter]', { services: [] })).toEqual({ state: initialState(false) });
    expect(press('[down]', { services: [] }).state.service).toBeUndefined();
  });
});

describe('keys of a service', () => {
  it('open it and go back', () => {
    expect(press('j[enter]')).toMatchObject({
      state: { open: true },
      effect: { type: 'focus', service: 'settings' },
    });
    expect(press('j[enter]q')).toMatchObject({
      state: { open: false },
      effect: { type: 'focus', service: undefined },
    });
  });

  it('run what only looks at once', () => {
    expect(press('j[enter]l').effect).toMatchObject({ argv: expect.arrayContaining(['logs', 'settings']) });
    expect(press('j[enter]p', { readOnly: true }).effect).toMatchObject({
      argv: ['probe', 'service', 'settings', '--env', 'local'],
    });
  });

  it('change nothing before the name was typed to its last letter', () => {
    expect(press('j[enter]r').effect).toBeUndefined();
    expect(press('j[enter]r[enter]').state.message).toBe('that was not settings: nothing was changed');
    expect(press('j[enter]rsetting[enter]').effect).toBeUndefined();
    expect(press('j[enter]rsettings').effect).toBeUndefined();
    expect(press('j[enter]rsettings[escape]').effect).toBeUndefined();
    expect(press('j[enter]rsettings[enter]').effect).toEqual({
      type: 'run',
      argv: ['restart', 'settings', '--yes', '--env', 'local'],
    });
  });

  it('scale to a number, with a reason where the definition has other bounds', () => {
    expect(press('j[enter]sx[enter]').state).toMatchObject({ mode: { type: 'count' } });
    expect(press('j[enter]s3[enter]').state.mode).toMatchObject({
      action: { what: 'scale settings from 2 to 3 in local' },
    });
    expect(press('j[enter]s3[enter]settings[enter]').effect).toMatchObject({
      argv: ['scale', 'settings=3', '--yes', '--env', 'local'],
    });
    expect(press('j[enter]s0[enter][enter]').state.mode).toMatchObject({ type: 'reason' });
    expect(press('j[enter]s0[enter]it burns[enter]settings[enter]').effect).toMatchObject({
      argv: ['scale', 'settings=0', '--reason', 'it burns', '--yes', '--env', 'local'],
    });
  });

  it('want the name of the fleet in a protected environment', () => {
    expect(press('j[enter]rsettings[enter]', { protected: true }).effect).toBeUndefined();
    expect(press('j[enter]rlab[enter]', { protected: true }).effect).toMatchObject({
      argv: ['restart', 'settings', '--yes', '--confirm', 'lab', '--env', 'local'],
    });
  });

  it.each(['r', 's'])('%s does nothing when read-only', (key) => {
    expect(press(`j[enter]${key}`, { readOnly: true }).state).toMatchObject({
      mode: { type: 'browse' },
      message: expect.stringContaining('--read-only'),
    });
  });
});
