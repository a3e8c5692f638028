import { ConnectionFault } from '../../connection-fault.ts';
import { waitFor } from '../../nats/protocol.ts';
import { type Layer, wireOf } from '../layer.ts';
import type { NatsTarget } from '../target.ts';

/** It knows who we are. CONNECT is judged when it is read; the PONG tells that it was accepted. */
export const auth: Layer<NatsTarget> = {
  name: 'auth',
  belongs: { 'tls-identity': 'tls' },
  async climb(visit) {
    const { target, info } = visit;
    const wire = wireOf(visit);
    wire.send(`CONNECT ${JSON.stringify(hello(target))}\r\nPING\r\n`);
    const answer = await waitFor(wire, 'PONG', ({ type }) => type === 'pong' || type === 'error');
    if (answer.type === 'error') throw new ConnectionFault('auth', `it says ${answer.text}`);
    const how =
      target.belongings.cert !== undefined && target.tls !== 'none' ? 'by our certificate' : whoever(target);
    return { saw: info?.auth_required === false ? 'takes everybody' : `lets us in ${how}` };
  },
  meaning(kind, { name, login, belongings, ours }) {
    const look = ours?.embedded ? ['gsys local status'] : [];
    if (kind === 'auth' && login !== undefined) {
      const means = 'It does not know this user, or the password or token is another.';
      return { means, side: 'here', next: [] };
    }
    if (kind === 'auth' && belongings.cert !== undefined) {
      const means =
        'Identity failure: our certificate is good, and stands for no user: the server’s configuration does not map its name, or it was revoked and we hold the former one.';
      const next = ours ? [`gsys tls apply-config ${name} --dry-run`, 'gsys tls status'] : [];
      return { means, side: 'there', next };
    }
    if (kind === 'auth') {
      const means =
        'It wants to know who we are, and we brought nothing: a user in the URL, a certificate, or credentials of a kind that gsys does not have (NKeys, JWT).';
      return {
        means,
        side: 'here',
        next: ['add --cert FILE --key FILE, or --operator, or USER:PASSWORD@ in the URL'],
      };
    }
    if (kind === 'timeout') {
      const means = 'It let us come this far and does not answer any more: it is frozen or overloaded.';
      return { means, side: 'there', next: look };
    }
    const means =
      'It closed the connection where it should have let us in: it is full, or shutting down, or does not take plaintext.';
    return { means, side: 'there', next: look };
  },
};

function hello({ login, tls }: NatsTarget) {
  const who =
    login === undefined
      ? {}
      : 'token' in login
        ? { auth_token: login.token }
        : { user: login.user ?? '', pass: login.password };
  return {
    ...{
      verbose: false,
      pedantic: false,
      tls_required: tls === 'demanded',
      name: 'gsys-probe',
      lang: 'node',
    },
    ...{ version: '1', protocol: 1, headers: true, no_responders: true },
    ...who,
  };
}

function whoever({ login }: NatsTarget): string {
  return login === undefined ? 'without asking who we are' : 'by what the URL says';
}
