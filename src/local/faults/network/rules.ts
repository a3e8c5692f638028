import type { SocketEnd } from './sockets.ts';

/** One target of a network fault, as packet filter rules see it. */
export interface Party {
  /** Class of the traffic that its processes send. */
  number: number;
  address: string;
  /** What it listens on; undefined where the address is its own. */
  ports: number[] | undefined;
  /** Local ends of the sockets that it held when the fault began. */
  sockets: SocketEnd[];
}

/**
 * A table that lets nothing of a party out and nothing to it in. A task's health command belongs to its class: what
 * that asks the task is inside the container, where no network lies between.
 */
export function isolationTable(name: string, parties: Party[]): string {
  return `table ip ${name} {
  chain out {
    type filter hook output priority filter; policy accept;
${parties.map(inside).join('')}${parties.map(cut).join('')}  }
}
`;
}

/** A party whose traffic is led through relays. */
export interface DelayedParty extends Party {
  /** An address that leads to the party past its relays: relays dial it. */
  alias: string;
  /** Port of the party -> port of the relay in front of it. */
  inbound: Map<number, number>;
  /** Port of 127.0.0.1 that it may dial -> port of the relay in between. */
  outbound: Map<number, number>;
}

/**
 * A table that leads new connections to and from a party through relays, and resets those that were open: they come
 * again, through the relays.
 */
export function delayTable(name: string, parties: DelayedParty[]): string {
  return `table ip ${name} {
  chain lead {
    type nat hook output priority -100; policy accept;
${parties.map(leadOut).join('')}${parties.map(leadIn).join('')}  }
  chain out {
    type filter hook output priority filter; policy accept;
    ct status dnat accept
${parties.map(inside).join('')}${parties.map(reset).join('')}  }
}
`;
}

/** Only the first packet of a connection may be led elsewhere: one that was open before would lose its way. */
const NEW = 'tcp flags & (syn | ack) == syn';

function inside({ number, address, ports }: Party): string {
  if (ports !== undefined) return '';
  return `    meta cgroup ${number} ip daddr ${address} ct state new ct mark set ${number} accept
    ct mark ${number} accept
`;
}

function cut({ number, address, ports, sockets }: Party): string {
  const own = ports === undefined ? [] : ports.map((port) => ({ address, port }));
  const ends = [...own, ...sockets].filter((end) => ports !== undefined || end.address !== address);
  const whole = ports === undefined ? `    ip daddr ${address} drop\n` : '';
  const some = ends.length === 0 ? '' : `    ip daddr . tcp dport { ${elements(ends)} } drop\n`;
  return `    meta cgroup ${number} drop\n${whole}${some}`;
}

/** Before those that lead in: what goes from one delayed party to another is late twice. */
function leadOut({ number, address, ports, outbound }: DelayedParty): string {
  const health = ports === undefined ? `    meta cgroup ${number} ip daddr ${address} accept\n` : '';
  return `${health}    meta cgroup ${number} ip daddr 127.0.0.1 ${NEW} ${dnat(outbound)}\n`;
}

function leadIn({ address, alias, inbound }: DelayedParty): string {
  if (inbound.size === 0) return '';
  return `    ip daddr ${alias} ${NEW} dnat to ${address}
    ip daddr ${address} ${NEW} ${dnat(inbound)}
`;
}

function dnat(relays: Map<number, number>): string {
  const elements = [...relays].map(([port, relay]) => `${port} : 127.0.0.1 . ${relay}`);
  return `dnat to tcp dport map { ${elements.join(', ')} }`;
}

function reset({ number, address, inbound, outbound }: DelayedParty): string {
  const own = [...inbound.keys()].join(', ');
  const others = [...outbound.keys()].join(', ');
  const open =
    inbound.size === 0
      ? ''
      : `    ip daddr ${address} tcp dport { ${own} } reject with tcp reset
    meta cgroup ${number} tcp sport { ${own} } reject with tcp reset
`;
  return `${open}    meta cgroup ${number} tcp dport { ${others} } reject with tcp reset\n`;
}

function elements(ends: SocketEnd[]): string {
  return [...new Set(ends.map(({ address, port }) => `${address} . ${port}`))].join(', ');
}
