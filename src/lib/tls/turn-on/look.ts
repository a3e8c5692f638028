import { readFile } from 'node:fs/promises';
import { GsysError, messageOf } from '../../errors.ts';
import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { nodePlan } from '../../nats/node-plan.ts';
import { renderServerConfig } from '../../nats/server-config.ts';
import { systemKey } from '../../nats/system-key.ts';
import type { NodeMachine } from '../node/node-machine.ts';
import { obstaclesOf } from './obstacles.ts';
import type { Stand } from './plan-turn-on.ts';
import { loadedRung, type Rendered, type Rung, rungOf } from './rungs.ts';
import { waysInto } from './ways.ts';

/** A node as it was found, and what it would be made of. */
export interface FoundNode extends Stand {
  at: NatsNode;
  text: string;
  /** Its configuration on each rung; on `plain` the one that it had then, where that is known. */
  texts: Rendered & { plain: string | undefined };
}

/**
 * Looks at all nodes side by side, and changes nothing.
 * @throws GsysError NOT_PROVEN of a node that does not run, INVALID_DEFINITION where the definition describes other
 * servers than those that run without TLS, BAD_CERTIFICATE without gsys's own identity
 */
export async function lookAtNodes(fleet: Fleet, machine: NodeMachine): Promise<FoundNode[]> {
  const { environment } = fleet;
  const key = await ownSystemKey(fleet);
  const ways = waysInto(environment);
  try {
    const found = await Promise.all(
      environment.nats.nodes.map(async (node) => {
        const rendered = renderAll(node, fleet, key);
        const { config, kept, pid } = await machine.look(node);
        if (pid === undefined) throw notRunning(node);
        const info = await ways.info(node).catch((cause) => {
          throw new GsysError(
            'NATS_UNREACHABLE',
            `${node.name} runs and does not answer: ${messageOf(cause)}`,
            {
              cause,
              next: `gsys tls inspect ${node.name}`,
            },
          );
        });
        const ask = await ways.to(node).catch(() => undefined);
        const { tags = [] } = (await ask?.('VARZ').catch(() => undefined)) ?? {};
        const file = rungOf(config);
        const loaded = loadedRung(info, tags, rendered, config);
        return {
          ...{ node: node.name, at: node, text: config ?? '', file, loaded },
          texts: { ...rendered, plain: file === 'plain' ? config : kept },
        };
      }),
    );
    requireSame(found, fleet);
    return found;
  } finally {
    await ways.close();
  }
}

function renderAll(node: NatsNode, fleet: Fleet, key: string): Rendered {
  const render = (passage?: { systemKey: string; encryptedRoutes: boolean }) =>
    renderServerConfig(nodePlan(node, fleet.environment.nats.nodes, fleet, passage));
  return {
    mixed: render({ systemKey: key, encryptedRoutes: false }),
    routes: render({ systemKey: key, encryptedRoutes: true }),
    mapped: render(),
  };
}

async function ownSystemKey({ environment: { name, operator } }: Fleet): Promise<string> {
  const missing = (cause?: unknown) =>
    new GsysError('BAD_CERTIFICATE', `gsys has no identity of its own in ${name} yet`, {
      cause,
      next: 'gsys tls issue gsys-operator gsys-system',
    });
  if (operator === undefined) throw missing();
  await readFile(operator.key).catch((cause) => {
    throw missing(cause);
  });
  try {
    return systemKey(await readFile(operator.system.key, 'utf8')).publicKey;
  } catch (cause) {
    throw missing(cause);
  }
}

function requireSame(found: FoundNode[], fleet: Fleet): void {
  const details = found.flatMap(({ at, node, file, loaded, text }) =>
    loaded === 'plain' && file !== 'mixed'
      ? obstaclesOf(at, text, fleet).map((obstacle) => `${node}: ${obstacle}`)
      : [],
  );
  if (details.length === 0) return;
  throw new GsysError('INVALID_DEFINITION', 'the definition describes other servers than those that run', {
    details,
    next: 'say in gsys.yaml what they are (nats.accounts, nats.cluster, the nodes), then the same again',
  });
}

function notRunning({ name, folder }: NatsNode): GsysError {
  return new GsysError('NOT_PROVEN', `no nats-server runs by ${folder}/nats-server.pid`, {
    details: [`${name}: its configuration has to name that file: pid_file: "${folder}/nats-server.pid"`],
    next: `start ${name}, or have it reload its configuration, then the same again`,
  });
}

/** @throws GsysError NOT_PROVEN of a node of which nobody knows what it had before TLS */
export function textOf({ node, texts }: FoundNode, rung: Rung): string {
  const text = texts[rung];
  if (text !== undefined) return text;
  throw new GsysError('NOT_PROVEN', `nobody has kept the configuration that ${node} had without TLS`, {
    next: `put it into nats-server.conf.kept beside the one of ${node}, then the same again`,
  });
}
