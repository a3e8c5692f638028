import { timingSafeEqual } from 'node:crypto';
import { type HttpRoute, sendJson } from '../aws/http-route.ts';
import type { Faults } from '../faults/board.ts';
import { answerFaults, FAULTS_PATH } from '../faults/control.ts';
import type { LocalStatus } from '../platform-schema.ts';

/** What a supervisor can be asked on its endpoint, by whoever can read platform.json. */
export interface Control {
  status(): Promise<LocalStatus>;
  /** Starts nodes that are down or no longer serve JetStream, and takes over a changed definition. @returns names of what it did something for */
  heal(): Promise<string[]>;
  faults: Pick<Faults, 'list' | 'inject' | 'heal' | 'healAll'>;
}

export const CONTROL_PREFIX = '/_gsys/';

export function controlRoute(token: string, control: Control): HttpRoute {
  return {
    prefix: CONTROL_PREFIX,
    async handle(request, response) {
      const allowed = sameText(request.headers.authorization ?? '', `Bearer ${token}`);
      if (allowed && request.url?.startsWith(FAULTS_PATH))
        return await answerFaults(control.faults, request, response);
      request.resume();
      if (!allowed) return sendJson(response, 403, { message: 'This needs the token in platform.json.' });
      const call = `${request.method} ${request.url}`;
      if (call === 'GET /_gsys/status') return sendJson(response, 200, await control.status());
      if (call === 'POST /_gsys/heal') return sendJson(response, 200, { healed: await control.heal() });
      sendJson(response, 404, { message: `There is no ${call}.` });
    },
  };
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
