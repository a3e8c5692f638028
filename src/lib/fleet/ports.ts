/** Where every task answers its health command; inside a task's own address, so the same for all. */
export const HEALTH_PORT = 8080;

/** PORT of a service that declares none: set for every task, listened on by the gateway alone. */
export const DEFAULT_PORT = 8000;
