import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { connect, type NatsConnection } from 'nats';
import { sdkOptions } from './aws-clients.ts';
import type { Platform } from './platform.ts';

export type TlsBundle = Record<'cert' | 'key' | 'ca', string>;

/** What a service of the local environment comes with. */
export async function bundleOf(platform: Platform, service: string): Promise<TlsBundle> {
  const client = new SecretsManagerClient(await sdkOptions(platform));
  const SecretId = `gsys/gaming-system/local/tls/${service}`;
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString ?? '') as TlsBundle;
}

/** Comes to NATS as the service does. */
export async function connectAs(platform: Platform, service: string): Promise<NatsConnection> {
  const { nats } = await platform.status();
  return await connect({
    servers: nats.map(({ clientUrl }) => new URL(clientUrl).host),
    tls: await bundleOf(platform, service),
    inboxPrefix: `_INBOX_${service}`,
    reconnect: false,
  });
}
