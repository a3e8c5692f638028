import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TASK = {
  taskArn: 'arn:aws:ecs:us-east-1:000000000000:task/cluster/0123456789abcdef0123456789abcdef',
  revision: 'settings-nats:7',
  imageDigest: `sha256:${'a'.repeat(64)}`,
};

/** ECS's task metadata endpoint, version 4, of one task with a sidecar. */
export async function startMetadata(): Promise<{ uri: string; close(): void }> {
  const [family, revision] = TASK.revision.split(':');
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/v4/0123-456/task' ? 200 : 404;
    response.end(
      JSON.stringify({
        TaskARN: TASK.taskArn,
        Family: family,
        Revision: revision,
        Containers: [
          {
            DockerId: '0123-999',
            Image: 'public.ecr.aws/sidecar:latest',
            ImageID: `sha256:${'b'.repeat(64)}`,
          },
          {
            DockerId: '0123-456',
            Image: `registry/settings-nats@${TASK.imageDigest}`,
            ImageID: 'sha256:cccc',
          },
        ],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    uri: `http://127.0.0.1:${port}/v4/0123-456`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
