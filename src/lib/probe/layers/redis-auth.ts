import { ConnectionFault } from '../../connection-fault.ts';
import { redisCommand } from '../../redis/resp.ts';
import { type Layer, ProbeFault, wireOf } from '../layer.ts';
import type { RedisTarget } from '../target.ts';

/** It takes our password; where we have none, that it wants none shows with the first command. */
export const redisAuth: Layer<RedisTarget> = {
  name: 'auth',
  belongs: { 'tls-identity': 'tls' },
  async prepare(visit) {
    await visit.target.login();
  },
  async climb(visit) {
    const login = await visit.target.login();
    const wire = wireOf(visit);
    const who =
      login === undefined ? [] : [...(login.user === undefined ? [] : [login.user]), login.password];
    wire.send(login === undefined ? redisCommand('PING') : redisCommand('AUTH', ...who));
    const answer = await wire.line(/./);
    refuseStrangers(answer);
    if (login === undefined) return { saw: 'wants no password' };
    if (!answer.startsWith('+OK')) throw errorOf(answer);
    return { saw: login.user === undefined ? 'takes our password' : `takes our password for ${login.user}` };
  },
  meaning(kind, { tls, ours, belongings }, why) {
    if (kind === 'undetermined') {
      const means = 'The password could not be read, so nothing can be said of what lies behind it.';
      return { means, side: 'here', next: ours ? ['gsys verify --only "redis.*"'] : [] };
    }
    if (kind === 'auth' && /NOAUTH/.test(why)) {
      const means = 'It wants a password, and we brought none.';
      return { means, side: 'here', next: ours ? ['gsys config show'] : ['add --password-file FILE'] };
    }
    if (kind === 'auth' && /without any password/.test(why))
      return { means: 'It wants no password, and we brought one.', side: ours ? 'there' : 'here', next: [] };
    if (kind === 'auth') {
      const means =
        'It does not take the password: it is another, the user is unknown, or a new one was given to one side only.';
      return { means, side: ours ? 'there' : 'here', next: [] };
    }
    if (kind === 'tcp' && tls === 'none') {
      const means = 'It closed the connection at the first word: most likely it wants TLS.';
      return { means, side: 'here', next: ['use rediss:// for TLS'] };
    }
    if (kind === 'protocol') return { means: 'What listens there is not Redis.', side: 'here', next: [] };
    if (kind === 'timeout' && tls === 'none') {
      const means = 'It took the connection and says nothing: it is frozen, is not Redis, or waits for TLS.';
      return { means, side: 'there', next: [] };
    }
    const means =
      belongings.cert === undefined
        ? 'It let us come this far and ended it: it may want a certificate of us.'
        : 'It let us come this far and does not answer: it is frozen, full or overloaded.';
    return { means, side: 'there', next: ours?.embedded ? ['gsys local status'] : [] };
  },
};

/** Replies begin with one of five characters. */
function refuseStrangers(answer: string): void {
  if (!/^[-+:$*]/.test(answer))
    throw new ProbeFault('protocol', `it says ${JSON.stringify(answer.slice(0, 60))}`);
  if (/^-(NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password)/.test(answer)) throw errorOf(answer);
  // Before it looks at the password: https://redis.io/docs/latest/operate/oss_and_stack/management/security/
  if (/^-DENIED/.test(answer)) throw errorOf(answer);
}

/** `-WRONGPASS invalid username-password pair`, as the fault that it is. Pure. */
export function errorOf(answer: string): Error {
  const text = answer.replace(/^-/, '').trim();
  if (/^(NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password)/.test(text))
    return new ConnectionFault('auth', text);
  if (/^(NOPERM|DENIED)/.test(text)) return new ConnectionFault('permission', text);
  return new ProbeFault('service-error', text);
}
