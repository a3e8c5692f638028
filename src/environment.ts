/** The one place that reads process.env on the operator's side. What is not here is not read. */
export interface ProcessEnvironment {
  /** GSYS_CONFIG: the gsys.yaml to use; otherwise the nearest one upwards from here. */
  config: string | undefined;
  /** GSYS_HOME: where `.gsys` would be. */
  home: string | undefined;
  /** GSYS_SLOT: the embedded platform's slot, over the definition's. */
  slot: string | undefined;
  /** GSYS_NATS_SERVER, GSYS_REDIS_SERVER: the programs that the embedded platform runs. */
  natsServer: string;
  redisServer: string;
  /** DOCKER_HOST: where `local up --runtime docker` finds Docker. */
  dockerHost: string;
  /** GSYS_TLS_PASSPHRASE, GSYS_TLS_ROOT_PASSPHRASE: of the issuing authority and of the root. Never printed. */
  tlsPassphrase: string | undefined;
  tlsRootPassphrase: string | undefined;
  /** https://no-color.org: set and not empty. */
  noColor: boolean;
  /** Set in continuous integration; progress is then plain lines. */
  ci: boolean;
  /** AWS_ENDPOINT_URL is ignored, and said so: the definition alone decides where commands go. */
  ignoredEndpoint: string | undefined;
  /** GSYS_IN_VPC, in a task of --in-vpc alone: the folder of the identities that the task was given. */
  inVpc: string | undefined;
  /** GSYS_WHO, GSYS_GIT_REVISION: who typed the command that a task carries out, and at which sources. */
  who: string | undefined;
  gitRevision: string | undefined;
}

export function environment(env: NodeJS.ProcessEnv = process.env): ProcessEnvironment {
  return {
    config: env.GSYS_CONFIG || undefined,
    home: env.GSYS_HOME || undefined,
    slot: env.GSYS_SLOT || undefined,
    natsServer: env.GSYS_NATS_SERVER || 'nats-server',
    redisServer: env.GSYS_REDIS_SERVER || 'redis-server',
    dockerHost: env.DOCKER_HOST || 'unix:///var/run/docker.sock',
    tlsPassphrase: env.GSYS_TLS_PASSPHRASE || undefined,
    tlsRootPassphrase: env.GSYS_TLS_ROOT_PASSPHRASE || undefined,
    noColor: Boolean(env.NO_COLOR),
    ci: Boolean(env.CI),
    ignoredEndpoint: env.AWS_ENDPOINT_URL || undefined,
    inVpc: env.GSYS_IN_VPC || undefined,
    who: env.GSYS_WHO || undefined,
    gitRevision: env.GSYS_GIT_REVISION || undefined,
  };
}
