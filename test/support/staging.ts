import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type DefinitionFolder, definitionFolder } from './definition.ts';

/** What a definition's environment may say differently. */
export interface StagingOptions {
  /** Of an AWS endpoint of ours. */
  endpoint: string;
  transport?: 'local' | 'ssh' | 'ssm';
  /** Of each node. */
  folder?: string;
  nodes?: {
    name: string;
    host: string;
    clientPort?: number;
    routePort?: number;
    monitorPort?: number;
    instanceId?: string;
  }[];
  /** Names of the accounts that it is in. */
  accounts?: { fleet: string; system: string };
}

/**
 * A fleet of two services with an environment `staging` that is no embedded platform: it has to make its own authority,
 * and its operator's files are where `tls issue` puts them.
 */
export function stagingFolder({
  endpoint,
  transport = 'ssh',
  folder: nodeFolder,
  nodes,
  accounts,
}: StagingOptions): DefinitionFolder {
  const folder = definitionFolder();
  const document = parse(readFileSync(path.join(folder.root, 'gsys.yaml'), 'utf8'));
  const operator = (holder: string) => ({
    cert: `.gsys/staging/certs/${holder}/cert.pem`,
    key: `.gsys/staging/certs/${holder}/key.pem`,
  });
  // One node has no room for three replicas.
  for (const stream of document.nats.streams) stream.replicas = 1;
  if (accounts !== undefined) document.nats.accounts = accounts;
  document.environments.staging = {
    ...{ platform: 'aws', account: '000000000000', endpoint },
    network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    roles: { execution: 'arn:aws:iam::000000000000:role/e', task: 'arn:aws:iam::000000000000:role/t' },
    gateway: { url: 'https://gateway.example.com' },
    nats: {
      ...{ clientUrls: ['tls://nats.example.com:4222'], transport },
      ...(nodeFolder !== undefined && { folder: nodeFolder }),
      nodes: (nodes ?? [{ name: 'nats-1', host: 'nats-1.example.com' }]).map((node) => ({
        az: 'a',
        ...node,
      })),
    },
    redis: { endpoints: ['127.0.0.1:1'], tls: true },
    operator: { ca: 'certs/staging/ca.pem', ...operator('gsys-operator'), system: operator('gsys-system') },
  };
  folder.write('gsys.yaml', document);
  return folder;
}
