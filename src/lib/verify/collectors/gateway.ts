import type { Contracts } from '../../fleet/contracts.ts';
import type { Endpoint, Fleet, Service } from '../../fleet/fleet.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { askers } from '../../probe/askers.ts';
import { expectsError } from '../../probe/contract.ts';
import { findInstances } from '../../probe/instances.ts';
import { askEveryTask, askRoute, type RouteAnswer } from '../../probe/route.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { VerifyContext } from '../context.ts';
import type { Answer } from '../evidence.ts';

export interface GatewayEvidence {
  ready: Answer<RouteAnswer>;
  /** Undefined where no probed endpoint has an open route. */
  route: RouteEvidence | undefined;
}

/** The probe of one service, as a player's client would ask. */
export interface RouteEvidence {
  service: string;
  path: string;
  /** Ids of the gateway's tasks, as they say over NATS; none where that tells nothing. */
  tasks: string[];
  answers: Answer<RouteAnswer[]>;
}

export const gateway: Collector<'gateway'> = {
  id: 'gateway',
  budget: 8000,
  async collect(context) {
    const { fleet, signal } = context;
    const url = new URL('/ready', fleet.environment.gateway.url);
    const [ready, route] = await Promise.all([answerOf(askRoute({ url, signal })), askOpenRoute(context)]);
    return { ready, route };
  },
};

interface OpenRoute {
  service: Service;
  endpoint: Endpoint;
  path: string;
}

/** A route that needs a session cannot be asked without a player's account. */
export function openRoute(fleet: Pick<Fleet, 'services'>): OpenRoute | undefined {
  for (const service of fleet.services) {
    const endpoint = service.endpoints.find(({ name }) => name === service.probe?.endpoint);
    const route = endpoint?.route;
    if (expectsError(service.probe?.expect)) continue;
    if (endpoint && route?.auth === 'none' && !route.path.includes('{'))
      return { service, endpoint, path: route.path };
  }
  return undefined;
}

async function askOpenRoute(context: VerifyContext): Promise<RouteEvidence | undefined> {
  const { fleet, signal } = context;
  const found = openRoute(fleet);
  if (found === undefined) return undefined;
  const { service, endpoint, path } = found;
  const [{ loadContracts }, tasks] = await Promise.all([
    import('../../fleet/contracts.ts'),
    gatewayTasks(context),
  ]);
  const contracts = loadContracts(fleet.contracts);
  const url = new URL(path, fleet.environment.gateway.url);
  const asked = askEveryTask({ url, body: service.probe?.request, signal }, tasks);
  const answers = asked.then((all) => all.map((answer) => spelledOut(contracts, endpoint, answer)));
  return { service: service.name, path, tasks, answers: await answerOf(answers) };
}

/** What NATS does not tell, other checks say. */
async function gatewayTasks(context: VerifyContext): Promise<string[]> {
  const names = context.fleet.services.filter(({ kind }) => kind === 'gateway').map(({ name }) => name);
  try {
    const open = await askers(context);
    const found = await findInstances(
      open.map(({ nc }) => nc),
      NATS_TIMEOUT,
    );
    return found
      .filter(({ service }) => names.includes(service))
      .flatMap(({ taskArn }) => taskArn?.split('/').at(-1) ?? []);
  } catch {
    return [];
  }
}

/** The gateway leaves out fields that have their default value; an expectation may name them. */
function spelledOut(contracts: Contracts, { response }: Endpoint, answer: RouteAnswer): RouteAnswer {
  if (answer.status !== 200) return answer;
  try {
    return { ...answer, body: contracts.decode(response, contracts.encode(response, answer.body)) };
  } catch {
    return answer;
  }
}
