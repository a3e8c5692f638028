import { Fragment, createElement as h, type ReactElement } from 'react';
import { Line } from './line.ts';

const LINES: [string, string][] = [
  ['↑ ↓ j k', 'another row; PgUp PgDn, g G or Home End go further'],
  ['Tab 1-5', 'another pane: services, NATS, Redis, alarms, events; it gets more room'],
  ['/', 'filter services and alarms by name, services by trouble too; Esc takes it back'],
  ['s S', 'sort services by trouble, name, rate, errors or latency; S turns the order round'],
  ['Enter', 'open a service: tasks, events, last release, log as it is written'],
  ['r s', 'there: restart it, scale it; both want a name to be typed first'],
  ['l p', 'there: gsys logs --follow and gsys probe of it'],
  ['q Esc', 'back; q in the list leaves'],
  ['', ''],
  ['REQ/S ERR MS', 'of requests over NATS since the look before: per second, share that failed, mean'],
  ['', 'time from taking one to its reply ($SRV.STATS; none for what serves HTTP alone)'],
  ['PEERS', 'servers that a node has a route to, of those that it should have'],
  ['TLS', 'share of its clients that speak TLS, as the node tells of each connection'],
  ['SLOW', 'consumers that it cut off since it started, and +new since the look before'],
  ['CERT', 'days until the first certificate ends that it served in a fresh handshake'],
  ['grey', 'what was seen last of somebody who does not answer now'],
  ['-', 'nobody has told'],
  ['', 'An empty trouble column is no proof of health: that is what gsys verify is for.'],
];

export function HelpScreen(): ReactElement {
  return h(
    Fragment,
    null,
    ...LINES.map(([key, words], i) =>
      h(Line, { key: i, spans: [{ text: ` ${key.padEnd(13)}`, color: 'cyan' }, words] }),
    ),
  );
}
