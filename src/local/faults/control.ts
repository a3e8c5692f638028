import type { IncomingMessage, ServerResponse } from 'node:http';
import { GsysError } from '../../lib/errors.ts';
import { readBody } from '../aws/body.ts';
import { sendJson } from '../aws/http-route.ts';
import type { Faults } from './board.ts';

export const FAULTS_PATH = '/_gsys/faults';

/** Bytes. */
const LONGEST_REQUEST = 16_384;

/** GET lists, POST injects, DELETE heals: one by its id, or all. What gsys refuses keeps its code. */
export async function answerFaults(
  faults: Pick<Faults, 'list' | 'inject' | 'heal' | 'healAll'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = (request.url ?? '').slice(FAULTS_PATH.length + 1);
  try {
    if (request.method === 'GET' && id === '') return sendJson(response, 200, { faults: faults.list() });
    if (request.method === 'POST' && id === '') {
      const body = await readBody(request, LONGEST_REQUEST);
      return sendJson(response, 200, { fault: await faults.inject(parse(body)) });
    }
    if (request.method === 'DELETE')
      return sendJson(response, 200, { healed: await (id === '' ? faults.healAll() : faults.heal(id)) });
    sendJson(response, 404, { message: `There is no ${request.method} ${request.url}.` });
  } catch (error) {
    if (!(error instanceof GsysError)) throw error;
    const { code, message, next, details } = error;
    sendJson(response, code === 'USAGE' ? 400 : 500, { code, message, next, details });
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new GsysError('USAGE', 'the body is not JSON', { cause });
  }
}
