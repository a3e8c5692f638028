import { redisCommand } from '../../redis/resp.ts';
import { type Layer, wireOf } from '../layer.ts';
import type { RedisTarget } from '../target.ts';
import { errorOf } from './redis-auth.ts';

/** It carries commands out. */
export const ping: Layer<RedisTarget> = {
  name: 'ping',
  async climb(visit) {
    const wire = wireOf(visit);
    wire.send(redisCommand('PING'));
    const answer = await wire.line(/./);
    if (!answer.startsWith('+PONG')) throw errorOf(answer);
    return { saw: 'PONG' };
  },
  meaning(kind, { ours }, why) {
    const look = ours ? ['gsys verify --only "redis.*"'] : [];
    if (kind === 'permission')
      return {
        means: 'Our user is known, and may not even say PING: its ACL is too narrow.',
        side: 'there',
        next: [],
      };
    if (/^LOADING/.test(why)) {
      const means = 'It has just been started and reads its data from disk: it answers when that is done.';
      return { means, side: 'there', next: look };
    }
    if (/^MASTERDOWN/.test(why))
      return { means: 'It is a replica that has lost its primary.', side: 'there', next: look };
    if (kind === 'service-error')
      return {
        means: 'It is there, knows us, and refuses commands for a reason of its own.',
        side: 'there',
        next: look,
      };
    const means =
      'It knows us and does not answer: a slow command holds it up, or it is frozen or overloaded.';
    return { means, side: 'there', next: look };
  },
};
