import type { DescMessage, FileRegistry } from '@bufbuild/protobuf';
import type { JsonObject } from '../body.ts';
import type { Route } from '../routes.ts';
import { commentOf } from './comments.ts';
import { messageSchema, messagesIn } from './schema.ts';

/** What clients may ask, as OpenAPI 3.1, from nothing but the routes and the contracts behind them. */
export function openApiDocument(routes: Route[], registry: FileRegistry): JsonObject {
  const message = (type: string): DescMessage => {
    const found = registry.getMessage(type);
    if (!found) throw new Error(`There is no message ${type} in the contracts.`);
    return found;
  };
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    for (const path of [route.path, ...route.aliases]) {
      const before = paths[path]?.post as JsonObject | undefined;
      const operation = operationOf(route, path, message(route.request));
      paths[path] = { post: before ? both(before, operation) : operation };
    }
  }
  const types = messagesIn(routes.flatMap(({ request, response }) => [message(request), message(response)]));
  return {
    openapi: '3.1.0',
    info: { title: 'gaming-system', version: '1' },
    paths,
    components: {
      schemas: {
        ...Object.fromEntries(types.map((type) => [type.typeName, messageSchema(type)])),
        Failure: FAILURE,
      },
      securitySchemes: { session: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const FAILURE = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'requestId'],
      properties: {
        code: { type: 'string', description: 'a name of common.v1.Error.Code' },
        message: { type: 'string' },
        details: { type: 'object', additionalProperties: { type: 'string' } },
        requestId: { type: 'string' },
      },
    },
  },
};

function operationOf(route: Route, path: string, request: DescMessage): JsonObject {
  const { auth, service, streaming, response, when } = route;
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const mediaType = streaming ? 'text/event-stream' : 'application/json';
  return {
    operationId: route.subject,
    tags: [service],
    summary: commentOf(request) ?? route.subject,
    ...(when && { description: `Answered in events when ${when} is true.` }),
    ...(auth === 'session' && { security: [{ session: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    requestBody: { content: { 'application/json': { schema: ref(request.typeName) } } },
    responses: {
      200: { description: 'the reply', content: { [mediaType]: { schema: ref(response) } } },
      default: { description: 'a failure', content: { 'application/json': { schema: ref('Failure') } } },
    },
  };
}

/** Two routes of one path are one operation, which answers in two ways. */
function both(one: JsonObject, other: JsonObject): JsonObject {
  const content = (operation: JsonObject) =>
    ((operation.responses as JsonObject)[200] as { content: JsonObject }).content;
  const description = one.description ?? other.description;
  const responses = one.responses as JsonObject;
  const reply = { description: 'the reply', content: { ...content(one), ...content(other) } };
  return { ...one, ...(description ? { description } : {}), responses: { ...responses, 200: reply } };
}

function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}
