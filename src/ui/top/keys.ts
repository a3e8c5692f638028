/** A key as the reducer knows it. */
export type Key = { name: KeyName } | { char: string };

export type KeyName =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'back-tab'
  | 'backspace'
  | 'interrupt';

/** As Ink tells it. https://github.com/vadimdemedes/ink#useinputinputhandler-options */
interface InkKey {
  upArrow: boolean;
  downArrow: boolean;
  pageUp: boolean;
  pageDown: boolean;
  home: boolean;
  end: boolean;
  return: boolean;
  escape: boolean;
  tab: boolean;
  shift: boolean;
  backspace: boolean;
  delete: boolean;
  ctrl: boolean;
  meta: boolean;
}

/** What was pressed; several where text was pasted, or typed faster than it was read. Unknown combinations are none. */
export function keysOf(input: string, key: InkKey): Key[] {
  const named = nameOf(key);
  if (named !== undefined) return [{ name: named }];
  if (key.ctrl) return input === 'c' ? [{ name: 'interrupt' }] : [];
  if (key.meta) return [];
  return [...input].map((char): Key => (char === '\r' || char === '\n' ? { name: 'enter' } : { char }));
}

function nameOf(key: InkKey): KeyName | undefined {
  if (key.tab) return key.shift ? 'back-tab' : 'tab';
  // Terminals send the one for the other.
  if (key.backspace || key.delete) return 'backspace';
  const pressed: [boolean, KeyName][] = [
    [key.upArrow, 'up'],
    [key.downArrow, 'down'],
    [key.pageUp, 'page-up'],
    [key.pageDown, 'page-down'],
    [key.home, 'home'],
    [key.end, 'end'],
    [key.return, 'enter'],
    [key.escape, 'escape'],
  ];
  return pressed.find(([is]) => is)?.[1];
}
