import { readFileSync } from 'node:fs';
import path from 'node:path';
import { badRequest, Failure } from './failure.ts';

/** What the image build writes into routes.json from the endpoints of all services that have a route. */
export interface Route {
  method: 'POST';
  /** `/ai/models/{model_id}` */
  path: string;
  aliases: string[];
  subject: string;
  request: string;
  response: string;
  timeoutMs: number;
  idempotent: boolean;
  streaming: boolean;
  auth: 'session' | 'none';
  service: string;
}

export interface Match {
  route: Route;
  /** By the names in braces, decoded. */
  parameters: Record<string, string>;
}

export function readRoutes(folder: string): Route[] {
  return JSON.parse(readFileSync(path.join(folder, 'routes.json'), 'utf8')) as Route[];
}

/** @throws Failure 404 and 405 */
export function findRoute(routes: Route[], method: string, pathname: string): Match {
  const matches = routes.flatMap((route) => {
    const parameters = [route.path, ...route.aliases]
      .map((template) => match(template, pathname))
      .find(Boolean);
    return parameters ? [{ route, parameters }] : [];
  });
  if (matches.length === 0) throw new Failure(404, 'NOT_FOUND', 'There is no such route.');
  // Where a literal path and a template both fit, the literal one is meant.
  const best = matches.reduce((a, b) => (count(b) < count(a) ? b : a));
  if (method !== best.route.method)
    throw new Failure(405, 'UNIMPLEMENTED', `${best.route.method} this route.`, {
      headers: { allow: best.route.method },
    });
  return { route: best.route, parameters: mapValues(best.parameters, decode) };
}

/** @returns the raw parameters, or undefined when the path is another one */
function match(template: string, pathname: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const text = given[i] ?? '';
    if (name === undefined ? part !== text : text === '') return undefined;
    if (name !== undefined) parameters[name] = text;
  }
  return parameters;
}

function count({ parameters }: Match): number {
  return Object.keys(parameters).length;
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
