import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ECR } from '@aws-sdk/client-ecr';
import { makeLayer, OUR_NODE } from '../../local/runtime/make-image.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MAIN = "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);";

/** Makes a repository and pushes an image for each tag: one that waits for SIGTERM. */
export async function pushImages(registry: string, repository: string, tags: string[]): Promise<void> {
  const ecr = new ECR({
    endpoint: `http://${registry}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  });
  await ecr.createRepository({ repositoryName: repository });
  const { authorizationData } = await ecr.getAuthorizationToken({});
  ecr.destroy();
  const authorization = `Basic ${authorizationData?.[0]?.authorizationToken}`;
  const send = async (method: string, rest: string, body: Uint8Array, type: string) => {
    const answer = await fetch(`http://${registry}/v2/${repository}/${rest}`, {
      method,
      headers: { authorization, 'content-type': type },
      body: new Uint8Array(body),
    });
    if (answer.status !== 201) throw new Error(`${method} ${rest}: ${answer.status} ${await answer.text()}`);
  };
  const blob = async (content: Buffer, mediaType: string) => {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    await send('POST', `blobs/uploads/?digest=${digest}`, content, 'application/octet-stream');
    return { mediaType, digest, size: content.length };
  };
  const layers = [await blob(await layer(), 'application/vnd.oci.image.layer.v1.tar+gzip')];
  for (const tag of tags) {
    const config = await blob(
      Buffer.from(JSON.stringify(configOf(tag))),
      'application/vnd.oci.image.config.v1+json',
    );
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers };
    await send('PUT', `manifests/${tag}`, Buffer.from(JSON.stringify(manifest)), MANIFEST);
  }
}

function configOf(tag: string) {
  return {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: {
      Env: [`VERSION=${tag}`],
      WorkingDir: '/app',
      Entrypoint: ['node', 'main.js'],
      Labels: { 'gsys.node': OUR_NODE },
    },
  };
}

async function layer(): Promise<Buffer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gsys-layer-'));
  try {
    const { file } = await makeLayer(folder, [{ name: 'app/main.js', content: MAIN, mode: 0o755 }]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
