import type { Fleet } from '../../fleet/fleet.ts';
import { nodePlan } from '../../nats/node-plan.ts';
import { configTag, renderServerConfig } from '../../nats/server-config.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsConfig = defineCheck({
  id: 'nats.config',
  title: 'running configuration',
  layer: 'nats',
  uses: ['nats-system', 'generations'],
  dependsOn: ['nats.reach', 'nats.mtls', 'ecs.account'],
  explain:
    'Every node has loaded the configuration that the definition and the revocations make for it: it tells the digest that was rendered into it, which a reload that failed does not move. One node that differs from the others is a failure, because who may do what then depends on where one is connected; all nodes differing is a definition that was changed and not brought yet, a warning. The digest is of the text: what certificate files hold is judged by nats.issued, a file that lies there and is not loaded is not seen, and one that somebody has edited and left the digest in passes here.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes, generations }, fleet) => {
    if (isElsewhere(fleet)) return nodes.map(cannotTell);
    const recorded = { ...fleet, generations };
    const views = nodes.map((node) => ({ ...node, wanted: tagFor(node.node, recorded) }));
    const agreed = views.some(({ answer, wanted }) => answer.ok && has(answer.value.varz.tags, wanted));
    return views.map((view) => judgeOne(view, view.wanted, agreed));
  },
});

function judgeOne({ node, answer }: SystemEvidence, wanted: string | undefined, agreed: boolean): Judgement {
  const common = { subject: natsSubject({ name: node }), expected: wanted };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { tags = [], config_load_time: loadedAt } = answer.value.varz;
  const told = { ...common, observed: { tags, loadedAt } };
  if (has(tags, wanted)) return { ...told, status: 'pass', message: 'has loaded what the definition says' };
  const own = tags.some((tag) => tag.startsWith('gsys-config:'));
  const what = own ? 'another configuration than' : 'a configuration that is not gsys’s, and not';
  return {
    ...told,
    status: agreed ? 'fail' : 'warn',
    message: `has loaded ${what} what the definition says${agreed ? ', and other nodes have that' : ''}`,
    remedy: [agreed ? `gsys tls apply-config ${node}` : 'gsys tls apply-config --dry-run'],
  };
}

/** The embedded platform's configurations name files of the machine that it runs on. */
function isElsewhere({ environment }: Fleet): boolean {
  return environment.platform === 'embedded' && environment.inVpc === true;
}

function cannotTell({ node }: SystemEvidence): Judgement {
  const message =
    'its configuration names files of the machine that the platform runs on: not to be told from a task';
  return { subject: natsSubject({ name: node }), status: 'skip', message, expected: null, observed: null };
}

/** A node that the definition does not know is asked by nobody. */
function tagFor(name: string, fleet: Fleet): string | undefined {
  const { nodes } = fleet.environment.nats;
  const node = nodes.find((one) => one.name === name);
  return node && configTag(renderServerConfig(nodePlan(node, nodes, fleet)));
}

function has(tags: string[] = [], wanted: string | undefined): boolean {
  return wanted !== undefined && tags.includes(wanted);
}
