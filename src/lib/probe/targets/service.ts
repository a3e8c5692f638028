import { GsysError } from '../../errors.ts';
import { chooseServices } from '../../fleet/choose.ts';
import { loadContracts } from '../../fleet/contracts.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import type { NatsMessage } from '../../nats/protocol.ts';
import { type Judged, judgeReply } from '../contract.ts';
import { mismatches } from '../match.ts';
import type { Question, ServiceTarget } from '../target.ts';
import { fleetOf, type Means, operatorBelongings } from './means.ts';
import { findNode, natsTarget, nodeTarget } from './nats.ts';
import { isUrl } from './server-url.ts';

export interface ServiceMeans extends Means {
  /** Node or URL to go through; undefined: whichever node of the definition lets us in. */
  through: string | undefined;
  /** For a server that is named by URL: what to ask there. */
  subject: string | undefined;
  data: string | undefined;
  /** JSON that the answer must hold. */
  expect: unknown;
}

/** Milliseconds. A caller waits as long as the endpoint says; whoever asks for health does not wait minutes. */
const MAX_WAIT = 2000;

/**
 * The ways to a service, one through each node that may be tried, in this order.
 * @throws GsysError UNKNOWN_SERVICE, UNKNOWN_TARGET, USAGE
 */
export async function serviceTargets(named: string, means: ServiceMeans): Promise<ServiceTarget[]> {
  const { through } = means;
  if (isUrl(named)) return [{ ...(await natsTarget(named, means)), question: freeQuestion(means) }];
  const fleet = fleetOf(means);
  const [service] = chooseServices(fleet, [named]) as [Service];
  const question = contractQuestion(service, fleet);
  if (through !== undefined && isUrl(through)) return [{ ...(await natsTarget(through, means)), question }];
  const belongings = await operatorBelongings(fleet, false);
  const nodes = through === undefined ? fleet.environment.nats.nodes : [findNode(fleet, through)];
  return nodes.map((node) => ({ ...nodeTarget(node, fleet, belongings), question }));
}

function contractQuestion(service: Service, fleet: Fleet): Question {
  const { probe, name, endpoints, kind } = service;
  const endpoint = endpoints.find((each) => each.name === probe?.endpoint);
  if (probe === undefined || endpoint === undefined)
    throw new GsysError('USAGE', `the service.yaml of ${name} has no probe`, {
      next: kind === 'gateway' ? 'gsys probe gateway' : `add a probe to services/${name}/service.yaml`,
    });
  const contracts = loadContracts(fleet.contracts);
  return {
    ...{ service: name, subject: endpoint.subject, response: endpoint.response },
    payload: contracts.encode(endpoint.request, probe.request),
    timeout: Math.min(endpoint.timeout * 1000, MAX_WAIT),
    judge: (reply) =>
      judgeReply({ failure: failureOf(reply), data: reply.data }, endpoint, contracts, probe.expect),
  };
}

function freeQuestion({ subject, data = '', expect }: ServiceMeans): Question {
  if (subject === undefined || subject === '' || /\s/.test(subject))
    throw new GsysError('USAGE', 'a URL alone does not say what to ask: --subject is missing', {
      next: 'gsys probe service nats://127.0.0.1:4222 --subject greet --data hello',
    });
  return {
    ...{ subject, service: undefined, response: undefined, payload: Buffer.from(data), timeout: MAX_WAIT },
    judge: (reply) => judgeFree(reply, expect),
  };
}

/** ADR-32: a service tells of its failures in headers. */
function failureOf({ headers }: NatsMessage): string | undefined {
  return headers.get('nats-service-error') || headers.get('nats-service-error-code');
}

function judgeFree(reply: NatsMessage, expect: unknown): Judged {
  const failure = failureOf(reply);
  if (failure) return { outcome: 'service-error', why: failure };
  if (expect === undefined) return { outcome: 'ok', why: '' };
  const text = Buffer.from(reply.data).toString();
  try {
    const [first] = mismatches(expect, JSON.parse(text));
    return first === undefined ? { outcome: 'ok', why: '' } : { outcome: 'mismatch', why: first };
  } catch {
    return { outcome: 'decode', why: `the answer is no JSON: ${JSON.stringify(text.slice(0, 60))}` };
  }
}
