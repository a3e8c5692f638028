import { createHash } from 'node:crypto';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { TestEndpoint } from './endpoint.ts';

export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** A registry client of a few lines, over fetch, for one repository. */
export interface Pusher {
  ecr: ECRClient;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  blob(content: string | Buffer): Promise<string>;
  manifest(reference: string, manifest: object, mediaType?: string): Promise<Response>;
  /** Config and one layer; returns the digest of the manifest. */
  image(tag: string, text?: string): Promise<string>;
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

export async function createPusher(endpoint: TestEndpoint, repository: string): Promise<Pusher> {
  const ecr = new ECRClient(endpoint.client);
  await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`;
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${endpoint.url}/v2/${path}`, { ...init, headers: { authorization, ...init.headers } });

  async function blob(content: string | Buffer): Promise<string> {
    const digest = digestOf(content);
    const answer = await request(`${repository}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(content)),
    });
    if (answer.status !== 201) throw new Error(`push of a blob: ${answer.status} ${await answer.text()}`);
    return digest;
  }

  const manifest = (reference: string, value: object, mediaType = OCI_MANIFEST) =>
    request(`${repository}/manifests/${reference}`, {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: JSON.stringify(value),
    });

  return {
    ecr,
    fetch: request,
    blob,
    manifest,
    async image(tag, text = 'layer') {
      const config = JSON.stringify({ architecture: 'amd64', os: 'linux', config: { Labels: { text } } });
      const answer = await manifest(tag, {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: descriptor('application/vnd.oci.image.config.v1+json', await blob(config), config),
        layers: [descriptor('application/vnd.oci.image.layer.v1.tar', await blob(text), text)],
      });
      if (answer.status !== 201) throw new Error(`push of an image: ${answer.status} ${await answer.text()}`);
      return answer.headers.get('docker-content-digest') ?? '';
    },
  };
}

function descriptor(mediaType: string, digest: string, content: string) {
  return { mediaType, digest, size: Buffer.byteLength(content) };
}
