import { secrets } from '../aws/secrets.ts';
import { checkAccount } from '../aws/sts.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet, NatsNode } from '../fleet/fleet.ts';
import { lintConfigs } from '../nats/config-lint.ts';
import { nodePlan } from '../nats/node-plan.ts';
import { renderServerConfig } from '../nats/server-config.ts';
import { holdLock, type LockOptions } from '../release/hold-lock.ts';
import { type NodeLook, type PlannedNode, planNode } from './config/plan-config.ts';
import { type PermissionReport, provePermissions } from './config/prove-permissions.ts';
import { type NodeToRoll, rollConfigs } from './config/roll-config.ts';
import type { ConfigStep } from './config/steps.ts';
import { type NodeMachine, nodeMachine } from './node/node-machine.ts';
import { nodeShell } from './node/node-shell.ts';
import { readVarz } from './prove-node.ts';
import { asRecorded } from './tls-change.ts';
import { rungOf } from './turn-on/rungs.ts';

export interface ApplyConfigOptions extends LockOptions {
  /** Names of nodes; none means all. */
  nodes: string[];
  /** Whether nodes are restarted though a reload would do, or nothing has changed. */
  restart: boolean;
  dryRun: boolean;
  confirm(plan: PlannedNode[]): Promise<void>;
  /** Whether somebody wants it to end after the node that is under way. */
  asked(): boolean;
  tell(step: ConfigStep): void;
}

export interface AppliedConfig {
  outcome: 'applied' | 'nothing-to-do' | 'dry-run';
  plan: PlannedNode[];
  /** Names of the nodes that were changed, each proved. */
  changed: string[];
  permissions: PermissionReport[];
}

/**
 * Brings the nodes' configurations to what the definition says: looks, lints, compares, and rolls what differs node by
 * node, each proved; then tries everybody's permissions both ways.
 * @throws GsysError INVALID_DEFINITION when what it says cannot work, NOT_PROVEN, NODE_UNREACHABLE, LOCKED, INTERRUPTED
 */
export async function applyConfig(options: ApplyConfigOptions): Promise<AppliedConfig> {
  const { access, tell } = options;
  await checkAccount(access);
  const fleet = await asRecorded(options.fleet, access);
  const chosen = chooseNodes(fleet, options.nodes);
  const machine = nodeMachine(nodeShell(fleet, access), access.signal);
  const nodes = await planNodes(fleet, chosen, machine, options.restart);
  const plan = nodes.map((one) => one.plan);
  tell({ type: 'planned', plan });
  if (options.dryRun) return { outcome: 'dry-run', plan, changed: [], permissions: [] };
  const changes = plan.some(({ action }) => action !== 'none');
  const changed = changes ? await rollUnderLock(nodes, machine, fleet, options) : [];
  tell({ type: 'trying', users: fleet.services.length + 1 });
  const permissions = await provePermissions(fleet, chosen, secrets(access), access.signal);
  for (const report of permissions) tell({ type: 'permissions', ...report });
  requireNoneWrong(permissions);
  return { outcome: changes ? 'applied' : 'nothing-to-do', plan, changed, permissions };
}

async function rollUnderLock(
  nodes: NodeToRoll[],
  machine: NodeMachine,
  fleet: Fleet,
  options: ApplyConfigOptions,
): Promise<string[]> {
  const { access, tell, asked, confirm } = options;
  await confirm(nodes.map(({ plan }) => plan));
  const { lock, letGo } = await holdLock(options);
  tell({ type: 'locked' });
  try {
    return await rollConfigs(nodes, {
      ...{ environment: fleet.environment, machine, signal: access.signal, asked, tell },
      keepLock: () => lock.keep(),
    });
  } finally {
    await letGo();
  }
}

/** Looks at the nodes side by side. @throws GsysError when one cannot be looked at: nothing is changed then */
export async function planNodes(
  fleet: Fleet,
  chosen: NatsNode[],
  machine: NodeMachine,
  restart: boolean,
): Promise<NodeToRoll[]> {
  const all = fleet.environment.nats.nodes;
  const rendered = all.map((node) => ({ node, text: renderServerConfig(nodePlan(node, all, fleet)) }));
  requireSound(rendered, fleet);
  const looks = await Promise.all(chosen.map((node) => lookAt(node, machine, fleet)));
  const there = looks.flatMap(({ config }, i) =>
    config === undefined ? [] : [{ node: chosen[i] as NatsNode, text: config }],
  );
  const findings = lintConfigs(there, fleet);
  return looks.map((look, i) => {
    const node = chosen[i] as NatsNode;
    const { text = '' } = rendered.find((one) => one.node === node) ?? {};
    const own = findings.filter((finding) => finding.node === node.name).map(({ message }) => message);
    return { node, text, plan: planNode(look, text, own, restart) };
  });
}

function requireSound(rendered: { node: NatsNode; text: string }[], fleet: Fleet): void {
  const findings = lintConfigs(rendered, fleet);
  if (findings.length === 0) return;
  throw new GsysError('INVALID_DEFINITION', 'the configuration that the definition makes cannot work', {
    details: findings.map(({ node, message }) => `${node}: ${message}`),
    next: `gsys config check --env ${fleet.environment.name}`,
  });
}

async function lookAt(node: NatsNode, machine: NodeMachine, { environment }: Fleet): Promise<NodeLook> {
  const { config, pid } = await machine.look(node);
  if (pid === undefined) return { node: node.name, config, loaded: undefined };
  const rung = rungOf(config);
  const varz = await readVarz(node, environment).catch((cause) => {
    throw new GsysError('NATS_UNREACHABLE', `${node.name} runs and cannot be asked: ${messageOf(cause)}`, {
      cause,
      next: rung === 'plain' ? 'gsys tls turn-on' : `gsys tls inspect ${node.name}`,
    });
  });
  if (!varz.tls_required && (rung === 'mixed' || rung === 'routes')) throw onItsWay(node);
  const { tags = [], config_load_time: loadedAt, start: startedAt } = varz;
  return { node: node.name, config, loaded: { tags, loadedAt, startedAt } };
}

/** Its clients without TLS would be locked out, and plain routes not be found by encrypted ones. */
function onItsWay({ name }: NatsNode): GsysError {
  return new GsysError('PLAN_REFUSED', `${name} is on its way to TLS: clients without it are still let in`, {
    next: 'gsys tls turn-on',
  });
}

function chooseNodes({ name, environment }: Fleet, names: string[]): NatsNode[] {
  const { nodes } = environment.nats;
  const unknown = names.filter((one) => !nodes.some((node) => node.name === one));
  if (unknown.length > 0)
    throw new GsysError('UNKNOWN_HOLDER', `no NATS node is called ${unknown.join(', ')} in ${name}`, {
      next: `one of: ${nodes.map((node) => node.name).join(', ')}`,
    });
  return names.length === 0 ? nodes : nodes.filter((node) => names.includes(node.name));
}

export function requireNoneWrong(permissions: PermissionReport[]): void {
  const wrong = permissions.flatMap((report) => report.wrong.map((line) => `${report.holder} at ${line}`));
  if (wrong.length === 0) return;
  throw new GsysError(
    'NOT_PROVEN',
    'the nodes have their configuration, and not everybody may do what it says',
    {
      details: wrong,
      next: 'gsys tls apply-config --restart, or gsys tls distribute for whoever is not let in',
    },
  );
}
