import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours for one stream; a no-op where NO_COLOR, `--no-color` or a pipe forbids them. */
export function painter(enabled: boolean): Paint {
  return enabled ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/**
 * Control characters but newline and tab, and those that turn the direction of what follows, so that a line reads as
 * something else than it is: https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings and the isolates.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
export const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text that somebody else wrote (logs, replies, API messages), made safe for a terminal. */
export function plain(foreign: string): string {
  return stripVTControlCharacters(foreign).replace(UNPRINTABLE, '');
}
