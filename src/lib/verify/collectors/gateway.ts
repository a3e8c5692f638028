import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { askers } from '../../probe/askers.ts';
import { findInstances } from '../../probe/instances.ts';
import { openRoute, spelledOut } from '../../probe/open-route.ts';
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
  const answers = asked.then((all) =>
    all.map((answer) =>
      answer.status === 200 ? { ...answer, body: spelledOut(contracts, endpoint, answer.body) } : answer,
    ),
  );
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
