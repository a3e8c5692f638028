import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from './body.ts';
import { badRequest, Failure } from './failure.ts';

/** What the image build writes into routes.json from the endpoints of all services that have a route. */
export interface Route {
  method: 'POST';
  /** `/ai/models/{model_id}` */
  path: string;
  aliases: string[];
  /** Of several routes of one path, this one is meant when the field of the body is true: `params.stream`. */
  when?: string;
  subject: string;
  request: string;
  response: string;
  timeoutMs: number;
  idempotent: boolean;
  streaming: boolean;
  auth: 'session' | 'none';
  service: string;
}

/** A path that is served. */
export interface Match {
  /** Mostly one; see `when`. */
  routes: Route[];
  /** By the names in braces, decoded. */
  parameters: Record<string, string>;
}

export interface Router {
  /** @throws Failure 404, 405, 400 for a path that is not well-formed */
  find(method: string, pathname: string): Match;
}

export function readRoutes(folder: string): Route[] {
  return JSON.parse(readFileSync(path.join(folder, 'routes.json'), 'utf8')) as Route[];
}

export function createRouter(routes: Route[]): Router {
  const literal = new Map<string, Route[]>();
  const templates: { parts: string[]; routes: Route[] }[] = [];
  for (const route of routes) {
    for (const template of [route.path, ...route.aliases]) {
      if (!template.includes('{')) literal.set(template, [...(literal.get(template) ?? []), route]);
      else add(templates, template.split('/'), route);
    }
  }
  const lookUp = (pathname: string): Match => {
    // Where a literal path and a template both fit, the literal one is meant.
    const known = literal.get(pathname);
    if (known) return { routes: known, parameters: {} };
    const given = pathname.split('/');
    for (const { parts, routes } of templates) {
      const parameters = match(parts, given);
      if (parameters) return { routes, parameters };
    }
    throw new Failure(404, 'NOT_FOUND', 'There is no such route.');
  };
  return {
    find: (method, pathname) => {
      const found = lookUp(pathname);
      const allowed = found.routes[0]?.method ?? 'POST';
      if (method !== allowed)
        throw new Failure(405, 'UNIMPLEMENTED', `${allowed} this route.`, { headers: { allow: allowed } });
      return { ...found, parameters: mapValues(found.parameters, decode) };
    },
  };
}

/** The one that is meant. @throws Failure 404 */
export function choose({ routes }: Match, body: JsonObject): Route {
  const meant = routes.find(({ when }) => when !== undefined && fieldAt(body, when) === true);
  const route = meant ?? routes.find(({ when }) => when === undefined);
  if (route) return route;
  throw new Failure(404, 'NOT_FOUND', `There is no such route without ${routes[0]?.when}.`);
}

function fieldAt(body: JsonObject, dotted: string): unknown {
  let value: unknown = body;
  for (const name of dotted.split('.'))
    value = typeof value === 'object' && value !== null ? (value as JsonObject)[name] : undefined;
  return value;
}

/** Templates with the most literal parts come first. */
function add(templates: { parts: string[]; routes: Route[] }[], parts: string[], route: Route): void {
  const same = templates.find((one) => shapeOf(one.parts) === shapeOf(parts));
  if (same) same.routes.push(route);
  else templates.push({ parts, routes: [route] });
  templates.sort((a, b) => parametersIn(a.parts) - parametersIn(b.parts));
}

function shapeOf(parts: string[]): string {
  return parts.map((part) => (nameOf(part) === undefined ? part : '{}')).join('/');
}

function parametersIn(parts: string[]): number {
  return parts.filter((part) => nameOf(part) !== undefined).length;
}

function nameOf(part: string): string | undefined {
  return /^\{(\w+)\}$/.exec(part)?.[1];
}

/** @returns the raw parameters, or undefined when the path is another one */
function match(wanted: string[], given: string[]): Record<string, string> | undefined {
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const name = nameOf(part);
    const text = given[i] ?? '';
    if (name === undefined ? part !== text : text === '') return undefined;
    if (name !== undefined) parameters[name] = text;
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest('The path is not well-formed.');
  }
}

function mapValues(
  record: Record<string, string>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
