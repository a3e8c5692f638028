/** A value of a nats-server configuration. */
export type ConfigValue = string | number | boolean | ConfigValue[] | ConfigMap;
export interface ConfigMap {
  [setting: string]: ConfigValue;
}

/**
 * Reads a nats-server configuration, as far as gsys writes them and people usually do: maps, lists, strings, numbers,
 * comments. https://docs.nats.io/running-a-nats-service/configuration#configuration-syntax
 * @throws ConfigSyntaxError for anything else: variables, includes, blocks of text
 */
export function parseConfig(text: string): ConfigMap {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = () => tokens[at];
  const fail = (token: Token | undefined, wanted: string): never => {
    const where = token === undefined ? 'at its end' : `in line ${token.line}`;
    throw new ConfigSyntaxError(`${wanted} is expected ${where}`);
  };
  const readMap = (closed: boolean): ConfigMap => {
    const map: ConfigMap = {};
    for (;;) {
      const key = peek();
      if (key === undefined && !closed) return map;
      at++;
      if (key?.kind === 'mark' && key.text === '}' && closed) return map;
      if (key?.kind === 'mark' && key.text === ',') continue;
      if (key === undefined || key.kind === 'mark') return fail(key, 'a setting');
      if (key.kind === 'word' && key.text === 'include')
        throw new ConfigSyntaxError(`line ${key.line} includes another file`);
      const separator = peek();
      if (separator?.kind === 'mark' && (separator.text === ':' || separator.text === '=')) at++;
      map[key.text] = readValue();
    }
  };
  const readList = (): ConfigValue[] => {
    const list: ConfigValue[] = [];
    for (;;) {
      const token = peek();
      if (token?.kind !== 'mark') list.push(readValue());
      else if (token.text === ']') {
        at++;
        return list;
      } else if (token.text === ',') at++;
      else list.push(readValue());
    }
  };
  const readValue = (): ConfigValue => {
    const token = tokens[at++];
    if (token === undefined) return fail(token, 'a value');
    if (token.kind === 'string') return token.text;
    if (token.kind === 'word') return wordValue(token);
    if (token.text === '{') return readMap(true);
    if (token.text === '[') return readList();
    return fail(token, 'a value');
  };
  return readMap(false);
}

/** It may well be a good configuration: gsys does not understand it. Says where, and never what: it may be secret. */
export class ConfigSyntaxError extends Error {}

interface Token {
  kind: 'string' | 'word' | 'mark';
  text: string;
  line: number;
}

const TOKEN =
  /(?<space>\s+)|(?<comment>#[^\n]*|\/\/[^\n]*)|(?<quoted>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?<mark>[{}[\]:=,;])|(?<word>[a-z][a-z-]*:\/\/[^\s,\]}"'#]+|[^\s{}[\]:=,;"'#()]+(?::\d+)?)/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const { groups = {} } = TOKEN.exec(text) ?? notUnderstood(line);
    const { quoted, mark, word, space = '' } = groups;
    if (quoted !== undefined) tokens.push({ kind: 'string', text: unquoted(quoted), line });
    else if (mark !== undefined && mark !== ';') tokens.push({ kind: 'mark', text: mark, line });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line });
    line += space.split('\n').length - 1;
  }
  return tokens;
}

function notUnderstood(line: number): never {
  throw new ConfigSyntaxError(`line ${line} is not understood`);
}

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

function wordValue({ text, line }: Token): ConfigValue {
  if (text.startsWith('$')) throw new ConfigSyntaxError(`line ${line} has a variable`);
  if (/^(true|yes|on)$/i.test(text)) return true;
  if (/^(false|no|off)$/i.test(text)) return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
