import type { TLSSocket } from 'node:tls';
import { ConnectionFault } from '../../connection-fault.ts';
import { type CertificateFacts, inspect } from '../../pki/inspect.ts';
import { type Layer, type Meaning, ProbeFault, wireOf } from '../layer.ts';
import type { Target } from '../target.ts';

/** It shows a certificate that we trust, and takes ours. */
export const tls: Layer<Target> = {
  name: 'tls',
  async climb(visit) {
    const { target, info } = visit;
    if (target.tls === 'none') return { skipped: 'not asked for: everything goes in the clear' };
    if (info !== undefined && !info.tls_required && !info.tls_available) {
      if (target.tls === 'demanded') throw new ProbeFault('protocol', 'it speaks NATS without TLS');
      return { skipped: 'it offers none: everything goes in the clear' };
    }
    const { context, trouble } = target.belongings;
    if (trouble !== undefined) throw new ProbeFault('undetermined', trouble);
    const socket = await wireOf(visit).upgrade({ secureContext: context });
    const facts = served(socket);
    if (!socket.authorized) throw new ConnectionFault('tls-trust', distrust(socket, facts, target.host));
    const days = Math.floor((facts.notAfter.getTime() - Date.now()) / DAY);
    return { saw: `${socket.getProtocol()}, ${nameOf(facts)}, ${days} days left` };
  },
  meaning(kind, target, why) {
    const { host, port, ours } = target;
    const look = [`gsys tls inspect ${host}:${port}`];
    if (kind === 'tls-trust') return untrusted(target, why, look);
    if (kind === 'tls-identity') return refused(target, look);
    if (kind === 'undetermined')
      return {
        means: 'We have not what we should come with, so nothing can be said of the server beyond this.',
        side: 'here',
        next: ours ? ['gsys tls status'] : [],
      };
    if (kind === 'timeout')
      return {
        means:
          'It took the connection and does not answer TLS: it is frozen, or waits for something else to be said first.',
        side: 'there',
        next: ours?.embedded ? ['gsys local status'] : look,
      };
    const means =
      'It does not speak TLS here: it was started without, or TLS is on another port. Nothing secret was sent.';
    return { means, side: 'there', next: ours ? ['gsys tls apply-config --dry-run', ...look] : look };
  },
};

const DAY = 24 * 60 * 60 * 1000;

function served(socket: TLSSocket): CertificateFacts {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) throw new ConnectionFault('tls-trust', 'it serves no certificate');
  return inspect(leaf.toString());
}

function nameOf({ subject, dns, ip }: CertificateFacts): string {
  return dns[0] ?? ip[0] ?? subject.replaceAll('\n', ', ');
}

/** Node's code, and what of the certificate it is about. */
function distrust(socket: TLSSocket, facts: CertificateFacts, host: string): string {
  const error: unknown = socket.authorizationError;
  const code = (error as { code?: string }).code ?? String(error);
  if (code === 'CERT_HAS_EXPIRED') return `its certificate ended ${facts.notAfter.toISOString()} (${code})`;
  if (code === 'CERT_NOT_YET_VALID')
    return `its certificate is not valid before ${facts.notBefore.toISOString()} (${code})`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = [...facts.dns, ...facts.ip].join(', ') || 'nobody';
    return `its certificate is for ${names}, not for ${host} (${code})`;
  }
  return `its certificate is by ${facts.issuer.replaceAll('\n', ', ')}, whom we do not know (${code})`;
}

/** Trust failure: we do not believe the server. */
function untrusted({ name, host, ours }: Target, why: string, look: string[]): Meaning {
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(why)) {
    const means =
      'Trust failure: a certificate of the server is out of its time, or a clock is wrong: its own or ours. Every new connection to it fails.';
    const renew = ['gsys tls status', `gsys tls rotate leaf ${name}`];
    return { means, side: 'there', next: ours ? renew : [...look, 'date'] };
  }
  if (/ALTNAME/.test(why)) {
    const means = `Trust failure: the certificate is good and stands for another host. ${host} leads to another server than it should, or its certificate lacks that name.`;
    return { means, side: 'there', next: look };
  }
  const means =
    'Trust failure: we know nobody who stands behind its certificate. It is of another authority than ours, or we lack a new one that it has already; nobody in between may be believed either.';
  return {
    means,
    side: ours ? 'there' : 'here',
    next: [...look, ...(ours ? ['gsys tls status'] : ['add --ca FILE'])],
  };
}

/** Identity failure: the server does not believe us. */
function refused({ belongings, ours }: Target, look: string[]): Meaning {
  if (belongings.cert === undefined) {
    const means = 'Identity failure: it wants a certificate of whoever comes, and we came without.';
    return { means, side: 'here', next: ['add --cert FILE --key FILE, or --operator'] };
  }
  if (inspect(belongings.cert).notAfter < new Date()) {
    const means = 'Identity failure: the certificate that we came with has ended.';
    return { means, side: 'here', next: ['gsys tls status'] };
  }
  const means =
    'Identity failure: it shows a certificate that we trust, and does not take ours: its trust bundle lacks our authority, or it has not read the new one yet.';
  return { means, side: 'there', next: ours ? ['gsys tls status', ...look] : look };
}
