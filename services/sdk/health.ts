import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a task says of itself. */
export interface TaskState {
  /** NATS is connected and the server has confirmed the subscriptions. */
  isReady(): boolean;
  /** It was, at least once. */
  wasReady(): boolean;
  isDraining(): boolean;
}

/** Listens until closed. @returns the server, listening */
export async function listenForHealth(state: TaskState, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (!answerHealth(state, request, response)) reply(response, 404, { error: 'not found' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

/**
 * `/health` is what ECS acts on: it replaces tasks that fail it. So it waits until the task has been ready once,
 * for a rollout to count it only then, and from there on it says no more than that the event loop turns. With
 * NATS down it stays 200: new tasks would not be better connected.
 * `/ready` is what load balancers, release gates and verify ask: it follows NATS.
 * @returns false when the path is neither
 */
export function answerHealth(state: TaskState, request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url?.split('?', 1)[0];
  if (path !== '/health' && path !== '/ready') return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    reply(response, 405, { error: 'method not allowed' });
    return true;
  }
  const status = statusOf(state);
  const fine = path === '/ready' ? status === 'ready' : status === 'ready' || status === 'disconnected';
  reply(response, fine ? 200 : 503, { status });
  return true;
}

function statusOf(state: TaskState): 'ready' | 'disconnected' | 'starting' | 'draining' {
  if (state.isDraining()) return 'draining';
  if (state.isReady()) return 'ready';
  return state.wasReady() ? 'disconnected' : 'starting';
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
