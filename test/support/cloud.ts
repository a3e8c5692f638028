import path from 'node:path';
import { embeddedLayout } from '../../src/lib/fleet/embedded-layout.ts';
import type { Platform } from './platform.ts';

/**
 * An environment of a definition that is no embedded platform, though its nodes and its AWS are one: gsys comes to them
 * as it would come to others.
 * @param transport how it reaches the folders of the nodes, and what that takes
 */
export function cloudOf(
  { slot, home }: Platform,
  transport: { transport: 'ssh' | 'ssm'; ssh?: object | undefined },
): object {
  const layout = embeddedLayout(slot, path.join(home, 'local'), { shards: 3, replicasPerShard: 1 });
  const operator = (holder: string) => ({
    cert: path.join(layout.certs, holder, 'cert.pem'),
    key: path.join(layout.certs, holder, 'key.pem'),
  });
  const nodes = layout.nats.map(({ name, host, clientPort, routePort, instanceId }) => ({
    ...{ name, host, az: 'a', clientPort, routePort, instanceId },
  }));
  return {
    ...{ platform: 'aws', account: '000000000000', endpoint: `http://127.0.0.1:${layout.endpointPort}` },
    network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    roles: { execution: 'arn:aws:iam::000000000000:role/e', task: 'arn:aws:iam::000000000000:role/t' },
    gateway: { url: 'https://gateway.example.com' },
    nats: {
      ...{ clientUrls: ['tls://127.0.0.1:4222'], nodes, ...transport },
      folder: path.join(layout.stateDir, 'nats', '{node}'),
    },
    redis: { endpoints: ['127.0.0.1:1'], tls: true },
    operator: {
      ca: path.join(layout.certs, 'ca.pem'),
      ...operator('gsys-operator'),
      system: operator('gsys-system'),
    },
  };
}

/** Of whoever asks the platform's AWS as an account. */
export const CLOUD_ACCESS = { AWS_ACCESS_KEY_ID: 'gsys', AWS_SECRET_ACCESS_KEY: 'gsys' };
