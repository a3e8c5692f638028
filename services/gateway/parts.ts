import { createCalls } from '../sdk/call.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { createAsk } from './ask.ts';
import { listenForHttp } from './http.ts';
import { openApiDocument } from './openapi/document.ts';
import { createRouter, readRoutes } from './routes.ts';
import { createStreams } from './streams.ts';
import { createTranscoder, readContracts } from './transcode.ts';

/** A micro service without endpoints of its own, which listens to HTTP. */
export const gatewayParts: ServiceParts = {
  endpoints: () => ({}),
  listen: ({ folder, environment, identity, link, state, log }) => {
    const routes = readRoutes(folder);
    const contracts = readContracts(folder);
    const transcoder = createTranscoder(contracts);
    let document: string | undefined;
    const openApi = () => {
      document ??= JSON.stringify(openApiDocument(routes, contracts));
      return document;
    };
    const gateway = {
      ...{ router: createRouter(routes), transcoder, streams: createStreams(), openApi, state, log },
      taskId: identity?.taskArn.split('/').at(-1),
      ask: createAsk(createCalls(link, log), transcoder),
    };
    return listenForHttp(gateway, environment.host, environment.port);
  },
};
