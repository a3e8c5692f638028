import { ErrorCode, type NatsConnection, NatsError } from 'nats';
import { recogniseFault } from '../connection-fault.ts';
import { GsysError } from '../errors.ts';
import type { Stream } from '../fleet/fleet.ts';
import { unlessAborted } from '../pause.ts';
import { type StreamDetail, type StreamState, streamConfig, streamState } from './stream-state.ts';

/** JetStream's streams, as the operator sees and makes them. */
export interface Streams {
  /** Of the server that answers. */
  version: string;
  /** All of them, those of buckets and of services too. */
  list(): Promise<StreamList>;
  /**
   * What is there already and as wanted is left as it is.
   * @returns whether JetStream said so in time: where it did not, looking again tells
   */
  create(stream: Stream): Promise<boolean>;
  /** In place; what the definition does not speak of stays. @returns as `create` */
  update(stream: Stream, found: StreamState): Promise<boolean>;
}

export interface StreamList {
  streams: StreamState[];
  /** Names of those that are there and that nobody describes: their leader is frozen, or they are being moved. */
  silent: string[];
}

/** Milliseconds. JetStream itself gives silent leaders four seconds before it lists without them. */
const LIST_TIMEOUT = 6000;
/** Milliseconds; an election takes one or two of them, and a stream that is being moved may keep silent. */
const CHANGE_TIMEOUT = 3000;

/** @param signal ends a look; a change is seen to its end, so that nobody wonders whether it was made */
export function streams(operator: NatsConnection, signal: AbortSignal): Streams {
  const { server_name = '', version = '' } = operator.info ?? {};

  const change = async (verb: 'CREATE' | 'UPDATE', name: string, config: object): Promise<boolean> => {
    try {
      await ask(operator, `STREAM.${verb}.${name}`, config, CHANGE_TIMEOUT);
      return true;
    } catch (error) {
      if (error instanceof NatsError && error.code === ErrorCode.Timeout) return false;
      throw asFailure(error, name);
    }
  };

  return {
    version,

    async list() {
      const list: StreamList = { streams: [], silent: [] };
      for (;;) {
        const offset = list.streams.length + list.silent.length;
        const asked = ask<Page>(operator, 'STREAM.LIST', { offset }, LIST_TIMEOUT).catch((error) => {
          throw asFailure(error);
        });
        const page = await unlessAborted(asked, signal);
        list.streams.push(...(page.streams ?? []).map((detail) => streamState(detail, server_name)));
        list.silent.push(...(page.missing ?? []));
        const known = list.streams.length + list.silent.length;
        if (known === offset || known >= page.total) return list;
      }
    },

    create: (stream) => change('CREATE', stream.name, streamConfig(stream)),

    update: (stream, { config }) => change('UPDATE', stream.name, { ...config, ...streamConfig(stream) }),
  };
}

interface Page {
  total: number;
  streams: StreamDetail[] | null;
  /** Streams that nobody described in time. */
  missing?: string[] | null;
}

/** https://docs.nats.io/reference/reference-protocols/nats_api_reference */
async function ask<Answer>(
  nc: NatsConnection,
  verb: string,
  request: object,
  timeout: number,
): Promise<Answer> {
  const reply = await nc.request(`$JS.API.${verb}`, JSON.stringify(request), { timeout });
  const { error, ...answer } = reply.json<Answer & { error?: ApiError }>();
  if (error !== undefined) throw new Refusal(error);
  return answer as Answer;
}

interface ApiError {
  code: number;
  err_code?: number;
  description?: string;
}

/** JetStream's own no: `streamlimits reached (10027)`. */
class Refusal extends Error {
  constructor({ code, err_code, description }: ApiError) {
    super(`${description ?? 'without saying why'} (${err_code ?? code})`);
  }
}

function asFailure(error: unknown, stream?: string): GsysError {
  if (error instanceof Refusal) {
    const what = stream === undefined ? 'JetStream does not list its streams' : `JetStream refuses ${stream}`;
    return new GsysError('STREAM_REFUSED', `${what}: ${error.message}`, {
      cause: error,
      next: 'gsys streams plan',
    });
  }
  const { message } = recogniseFault(error);
  return new GsysError('NATS_UNREACHABLE', `JetStream cannot be asked: ${message}`, {
    cause: error,
    next: 'gsys verify --only "nats.*"',
  });
}
