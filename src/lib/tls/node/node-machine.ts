import type { NatsNode } from '../../fleet/fleet.ts';
import { type NodeVerb, nodeCall } from '../../nats/node-script.ts';
import type { NodeShell } from './node-shell.ts';
import { type NodeState, pack, parseNodeState, unpack } from './node-state.ts';

/** What can be done where a node is. Each is one run of the node script. @throws GsysError NODE_UNREACHABLE, NODE_REFUSED */
export interface NodeMachine {
  look(node: NatsNode): Promise<NodeState>;
  /** Makes a new key, which stays there. @returns PEM: the request for its certificate */
  request(node: NatsNode): Promise<string>;
  /** Switches to a new version. @param cert PEM; undefined keeps key and certificate, and changes the bundle alone */
  install(node: NatsNode, cert: string | undefined, ca: string): Promise<void>;
  /** Switches to the version before. */
  back(node: NatsNode): Promise<void>;
  configure(node: NatsNode, config: string): Promise<void>;
  unconfigure(node: NatsNode): Promise<void>;
  /** Sets aside a copy of its configuration, which `look` shows from then on: the last one before TLS. */
  keep(node: NatsNode): Promise<void>;
  /** Tells nats-server to read its files again; that it was told proves nothing. */
  reload(node: NatsNode): Promise<void>;
  /** Lame duck mode: it lets its clients go one by one, and ends. */
  drain(node: NatsNode): Promise<void>;
}

export function nodeMachine(shell: NodeShell, signal: AbortSignal | undefined): NodeMachine {
  const run = (node: NatsNode, verb: NodeVerb, ...args: string[]) =>
    shell(node, nodeCall(verb, node.folder, args), signal);
  return {
    look: async (node) => parseNodeState(await run(node, 'look')),
    request: async (node) => unpack((await run(node, 'request', node.name)).split(' ')[1] ?? ''),
    install: async (node, cert, ca) =>
      void (await run(node, 'install', cert === undefined ? '-' : pack(cert), pack(ca))),
    back: async (node) => void (await run(node, 'back')),
    configure: async (node, config) => void (await run(node, 'configure', pack(config))),
    unconfigure: async (node) => void (await run(node, 'unconfigure')),
    keep: async (node) => void (await run(node, 'keep')),
    reload: async (node) => void (await run(node, 'reload')),
    drain: async (node) => void (await run(node, 'drain')),
  };
}
