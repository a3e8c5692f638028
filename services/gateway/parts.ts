import { createCalls } from '../sdk/call.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { createAsk } from './ask.ts';
import { listenForHttp } from './http.ts';
import { readRoutes } from './routes.ts';
import { readTranscoder } from './transcode.ts';

/** A micro service without endpoints of its own, which listens to HTTP. */
export const gatewayParts: ServiceParts = {
  endpoints: () => ({}),
  listen: ({ folder, environment, link, state, log }) => {
    const transcoder = readTranscoder(folder);
    const ask = createAsk(createCalls(link, log), transcoder);
    const gateway = { routes: readRoutes(folder), transcoder, ask, state, log };
    return listenForHttp(gateway, environment.host, environment.port);
  },
};
