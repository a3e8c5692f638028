import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  DeleteProviderRequestSchema,
  DeleteProviderResponseSchema,
  ListProvidersRequestSchema,
  ListProvidersResponseSchema,
  PutProviderRequestSchema,
  PutProviderResponseSchema,
} from '../gen/ai_integration_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Known, Providers } from './providers.ts';

/** For operators: where models are asked, and with which key. A key goes in and never out. */
export function providerEndpoints(providers: Providers): Record<string, Endpoint> {
  return {
    put_provider: endpoint(
      PutProviderRequestSchema,
      PutProviderResponseSchema,
      async ({ name, baseUrl, apiKey }, { log }) => {
        const known = await providers.put({ name, baseUrl, apiKey });
        log.info({ provider: name, baseUrl: known.baseUrl, hasKey: known.hasKey }, 'a provider was set up');
        return { provider: describe(known) };
      },
    ),
    list_providers: endpoint(ListProvidersRequestSchema, ListProvidersResponseSchema, async () => ({
      providers: (await providers.list()).map(describe),
    })),
    delete_provider: endpoint(
      DeleteProviderRequestSchema,
      DeleteProviderResponseSchema,
      async ({ name }) => ({
        success: await providers.delete(name),
      }),
    ),
  };
}

function describe({ updatedMs, ...provider }: Known) {
  return { ...provider, updatedAt: timestampFromMs(updatedMs) };
}
