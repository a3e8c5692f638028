import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours for one stream; a no-op where NO_COLOR, `--no-color` or a pipe forbids them. */
export function painter(enabled: boolean): Paint {
  return enabled ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/**
 * Text that somebody else wrote (logs, replies, API messages), made safe for a terminal: no escape
 * sequences, no control characters but newline and tab.
 */
export function plain(foreign: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return stripVTControlCharacters(foreign).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
