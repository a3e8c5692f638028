import { HELD_UP } from '../../awake.ts';
import { withDeadline } from '../../connection-fault.ts';
import type { Contracts } from '../../fleet/contracts.ts';
import type { Endpoint, Fleet, Service } from '../../fleet/fleet.ts';
import { expectsError } from '../../probe/contract.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { VerifyContext } from '../context.ts';
import type { Answer } from '../evidence.ts';

export interface HttpAnswer {
  status: number;
  /** Parsed where it is JSON, else the beginning of the text. */
  body: unknown;
}

export interface GatewayEvidence {
  ready: Answer<HttpAnswer>;
  /** The probe of one service, as a player's client would ask; undefined where no probed endpoint has an open route. */
  route: { service: string; path: string; answer: Answer<HttpAnswer> } | undefined;
}

/** Milliseconds. */
const TIMEOUT = 2500;
/** Characters of a body that is no JSON; it is shown to a person. */
const MAX_TEXT = 200;

export const gateway: Collector<'gateway'> = {
  id: 'gateway',
  budget: 4000,
  async collect(context) {
    const found = openRoute(context.fleet);
    const [ready, answer] = await Promise.all([
      answerOf(ask(context, '/ready')),
      found && answerOf(askRoute(context, found)),
    ]);
    return {
      ready,
      route: found && answer && { service: found.service.name, path: found.path, answer },
    };
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

async function askRoute(context: VerifyContext, { service, endpoint, path }: OpenRoute): Promise<HttpAnswer> {
  const { loadContracts } = await import('../../fleet/contracts.ts');
  const contracts = loadContracts(context.fleet.contracts);
  const { status, body } = await ask(context, path, service.probe?.request);
  return { status, body: status === 200 ? spelledOut(contracts, endpoint, body) : body };
}

/** The gateway leaves out fields that have their default value; an expectation may name them. */
function spelledOut(contracts: Contracts, { response }: Endpoint, body: unknown): unknown {
  try {
    return contracts.decode(response, contracts.encode(response, body));
  } catch {
    return body;
  }
}

async function ask({ fleet, signal }: VerifyContext, path: string, body?: unknown): Promise<HttpAnswer> {
  const fetched = fetch(new URL(path, fleet.environment.gateway.url), {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT * HELD_UP)]),
  }).then(async (response) => ({ status: response.status, body: parse(await response.text()) }));
  return await withDeadline(fetched, TIMEOUT);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, MAX_TEXT);
  }
}
