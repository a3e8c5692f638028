import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../services/gateway/openapi/document.ts';
import type { Route } from '../../../services/gateway/routes.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { routesOf } from '../../../src/lib/release/build/image-files.ts';
import { leaseSlot } from '../../support/slot.ts';
import { ROOT } from '../helpers/image.ts';
import { type GatewayFleet, startGatewayFleet } from './fleet.ts';

const SLOT = leaseSlot();
const { services } = await loadFleet({ from: ROOT });
const contracts = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(`${ROOT}/proto/descriptors.binpb`)),
);
const describeRoutes = (routes: Partial<Route>[]) => openApiDocument(routes as Route[], contracts);

// biome-ignore lint/suspicious/noExplicitAny: a JSON document is whatever the test says it is
type Json = any;

describe('the document at /openapi.json', () => {
  let fleet: GatewayFleet;
  let document: Json;
  beforeAll(async () => {
    fleet = await startGatewayFleet(SLOT);
    document = await (await fetch(`${fleet.gateway.url}/openapi.json`)).json();
  });
  afterAll(() => fleet.close());

  it('has every path and alias, with its parameters and what it takes and answers', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/settings/get', '/preferences', '/settings/{player_id}/get', '/private']),
    );
    const { post } = document.paths['/settings/{player_id}/get'];
    expect(post.parameters).toEqual([
      { name: 'player_id', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(post.requestBody.content['application/json'].schema.$ref).toMatch(/settings\.v1\.GetRequest$/);
    expect(document.paths['/private'].post.security).toEqual([{ session: [] }]);
    expect(document.paths['/settings/get'].post.security).toBeUndefined();
  });

  it('is for reading only', async () => {
    const response = await fetch(`${fleet.gateway.url}/openapi.json`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('the description of routes', () => {
  it('of the whole fleet leads nowhere that is not in it', () => {
    const document = describeRoutes(routesOf(services) as Route[]);
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    const { schemas } = document.components as { schemas: object };
    expect(refs.length).toBeGreaterThan(10);
    for (const [, name = ''] of refs) expect(schemas).toHaveProperty([name]);
  });

  it('has fields in their JSON form, with what the contract says of them', () => {
    const { components } = describeRoutes([
      { path: '/a', aliases: [], request: 'settings.v1.UpdateRequest', response: 'settings.v1.GetResponse' },
      {
        path: '/b',
        aliases: [],
        request: 'state_manager.v1.GameStateUpdate',
        response: 'settings.v1.GetResponse',
      },
    ]) as Json;
    const { schemas } = components;
    expect(schemas['settings.v1.Setting'].properties).toMatchObject({
      valueType: { type: 'string', description: expect.stringContaining("the key's own type") },
      value: { description: expect.stringContaining('JSON clients') },
      isDefault: { type: 'boolean' },
      lastModifiedMs: { type: 'string', format: 'int64' },
    });
    expect(schemas['settings.v1.UpdateRequest'].properties.settings).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/settings.v1.Setting' },
    });
    expect(schemas['common.v1.Meta'].properties).toMatchObject({
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      timestamp: { type: 'string', format: 'date-time' },
    });
    expect(schemas['state_manager.v1.GameStateUpdate'].properties.player.description).toContain(
      'One of: player, entity.',
    );
    expect(schemas['state_manager.v1.GameStateUpdate'].properties.op.enum).toContain('OPERATION_UPSERT');
    expect(schemas['google.protobuf.Value']).toBeUndefined();
  });

  it('has two answers where a path has a route in events too', () => {
    const base = { aliases: [], request: 'settings.v1.GetRequest', service: 'settings' };
    const { paths } = describeRoutes([
      { ...base, path: '/a', response: 'settings.v1.GetResponse' },
      { ...base, path: '/a', response: 'settings.v1.UpdateResponse', streaming: true, when: 'params.stream' },
    ]) as Json;
    const { description, responses } = paths['/a'].post;
    expect(description).toContain('params.stream');
    expect(Object.keys(responses[200].content)).toEqual(['application/json', 'text/event-stream']);
  });
});
