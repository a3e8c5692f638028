import { gunzipSync, gzipSync } from 'node:zlib';

/** What lies in a node's folder, as `look` of the node script shows it. */
export interface NodeState {
  /** PEM: the leaf and what stands behind it. */
  cert: string | undefined;
  /** PEM: whom it trusts. */
  ca: string | undefined;
  /** Text of its configuration. */
  config: string | undefined;
  /** Text of the configuration that it had before it had TLS. */
  kept: string | undefined;
  /** Whether its key belongs to its certificate. */
  fits: boolean;
  /** PEM: the public key that a request was made by and no certificate has come for yet. */
  waiting: string | undefined;
  /** Of its nats-server; undefined when none runs by its pid file. */
  pid: number | undefined;
}

/** Each line is a name and a word. */
export function parseNodeState(text: string): NodeState {
  const values = new Map(text.split('\n').map((line) => line.split(' ', 2) as [string, string | undefined]));
  const unpacked = (name: string) => {
    const word = values.get(name);
    return word === undefined ? undefined : unpack(word);
  };
  const waiting = values.get('waiting');
  const pid = values.get('pid');
  return {
    cert: unpacked('cert'),
    ca: unpacked('ca'),
    config: unpacked('config'),
    kept: unpacked('kept'),
    fits: values.get('fits') === 'yes',
    waiting: waiting && Buffer.from(waiting, 'base64').toString('utf8'),
    pid: pid === undefined ? undefined : Number(pid),
  };
}

/** A file as one plain word. */
export function pack(text: string): string {
  return gzipSync(text, { level: 9 }).toString('base64');
}

export function unpack(word: string): string {
  return gunzipSync(Buffer.from(word, 'base64')).toString('utf8');
}
