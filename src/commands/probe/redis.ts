import { readFile } from 'node:fs/promises';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { awsAccess } from '../../lib/aws/clients.ts';
import { secrets } from '../../lib/aws/secrets.ts';
import { redisTarget } from '../../lib/probe/targets/redis.ts';
import { REDIS } from '../../lib/probe/ways.ts';
import { comeWithFlags, ProbeCommand, probeFlags } from '../../probe-command.ts';

export default class ProbeRedis extends ProbeCommand<typeof ProbeRedis> {
  static override summary =
    'a Redis node as a client meets it: DNS, TCP, TLS, AUTH, PING, state of the cluster';
  static override description =
    'A node of the definition (redis-1 is the first of its endpoints), or any server: redis:// in the clear, rediss:// with TLS. A password may be in the URL, or better in a file; it is never shown. Exit code: 0 well, 1 a layer failed, 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> probe redis redis-1',
    '<%= config.bin %> probe redis rediss://cache.example.com:6379 --password-file token',
  ];
  static override args = {
    target: Args.string({ description: 'redis-N, HOST:PORT, or URL', required: true }),
  };
  static override flags = {
    ...probeFlags,
    ...comeWithFlags,
    'password-file': Flags.file({
      description: 'of a URL: file with the password',
      exists: true,
      exclusive: ['in-vpc'],
    }),
  };

  async run() {
    const means = await this.means(this.flags, this.args.target);
    const { 'password-file': file } = this.flags;
    const target = await redisTarget(this.args.target, {
      ...means,
      password: file === undefined ? undefined : (await readFile(file, 'utf8')).trim(),
      secret: async (name) => {
        const { environment } = means.fleet ?? (await this.fleet());
        return await secrets(awsAccess(environment, this.signal)).value(name);
      },
    });
    return await this.probe(
      { kind: 'redis', named: target.name, targets: [target], layers: REDIS },
      this.flags,
    );
  }
}
