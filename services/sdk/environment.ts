/**
 * Everything a task is told. The task definition templates set these names and no others, and nothing else in
 * services reads the process's environment; a test compares both directions.
 */
export const TASK_ENVIRONMENT = [
  'HOST',
  'PORT',
  'HEALTH_PORT',
  'SERVICE_NAME',
  'NATS_SERVERS',
  'TLS_BUNDLE',
  'REDIS_SERVERS',
  'REDIS_AUTH',
  'LOG_LEVEL',
] as const;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Environment {
  /** Address that every listener of the task binds. */
  host: string;
  /** Of the service's own listener; services without one never look at it. */
  port: number;
  healthPort: number;
  /** The ADR-32 service name: `settings`. */
  serviceName: string;
  /** tls:// URLs; any of them leads to all. */
  natsServers: string[];
  /** JSON `{cert,key,ca}` in PEM; dropped from the process's environment by {@link takeEnvironment}. */
  tlsBundle: string;
  redisServers: { host: string; port: number }[];
  redisAuth: string;
  logLevel: LogLevel;
  metadataUri: string | undefined;
}

type Variables = Record<string, string | undefined>;

/** @throws Error that names every variable that is missing or malformed, and never a value. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const faults: string[] = [];
  const text = (name: (typeof TASK_ENVIRONMENT)[number]): string => {
    const value = variables[name];
    if (!value) faults.push(`${name} is not set`);
    return value ?? '';
  };
  const check = (name: string, fine: boolean, expected: string) => {
    if (variables[name] && !fine) faults.push(`${name} must be ${expected}`);
  };

  const natsServers = list(text('NATS_SERVERS'));
  check('NATS_SERVERS', natsServers.every(isTlsUrl), 'a comma separated list of tls://host:port');
  const redisServers = list(text('REDIS_SERVERS')).map(hostPort);
  check('REDIS_SERVERS', redisServers.every(isPort), 'a comma separated list of host:port');
  const logLevel = text('LOG_LEVEL') as LogLevel;
  check('LOG_LEVEL', LOG_LEVELS.includes(logLevel), `one of ${LOG_LEVELS.join(', ')}`);
  const port = Number(text('PORT'));
  check('PORT', isPort({ port }) || port === 0, 'a port');
  const healthPort = Number(text('HEALTH_PORT'));
  check('HEALTH_PORT', isPort({ port: healthPort }), 'a port');

  const environment: Environment = {
    host: text('HOST'),
    port,
    healthPort,
    serviceName: text('SERVICE_NAME'),
    natsServers,
    tlsBundle: text('TLS_BUNDLE'),
    redisServers,
    redisAuth: text('REDIS_AUTH'),
    logLevel,
    metadataUri: variables.ECS_CONTAINER_METADATA_URI_V4 || undefined,
  };
  if (faults.length > 0) throw new Error(`The task's environment is wrong: ${faults.join('; ')}.`);
  return environment;
}

/** As {@link readEnvironment}, and forgets the secrets: a child process or a crash dump must not carry them. */
export function takeEnvironment(variables: Variables = process.env): Environment {
  const environment = readEnvironment(variables);
  delete variables.TLS_BUNDLE;
  delete variables.REDIS_AUTH;
  return environment;
}

/** Where the task's own health listener answers, seen from inside the task. */
export function healthAddress(variables: Variables = process.env): { host: string; port: number } {
  const host = variables.HOST ?? '';
  return {
    host: ['', '0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host,
    port: Number(variables.HEALTH_PORT),
  };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function isTlsUrl(url: string): boolean {
  return /^tls:\/\/[^\s/:]+:\d{1,5}$/.test(url);
}

function hostPort(entry: string): { host: string; port: number } {
  const colon = entry.lastIndexOf(':');
  return { host: entry.slice(0, colon), port: Number(entry.slice(colon + 1)) };
}

function isPort({ port }: { port: number }): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
