import { expect, it } from 'vitest';
import type { CertificateView } from '../../src/lib/tls/certificate-view.ts';
import type { HolderStatus } from '../../src/lib/tls/holder-status.ts';
import { painter } from '../../src/ui/paint.ts';
import { tlsStatusText } from '../../src/ui/tls-status.ts';

const certificate = (serial: string) =>
  ({ serial, issuer: 'CN=lab issuer, O=lab', daysLeft: 59 }) as CertificateView;
const node = (change: Partial<HolderStatus>): HolderStatus => ({
  ...{ holder: 'nats-1', kind: 'nats', status: 'pass', problems: [] },
  issued: { ...certificate('AAAAAAAA11'), issuedAt: '', issuedBy: '' },
  deployed: { state: 'there', where: '', certificate: certificate('AAAAAAAA11') },
  listeners: [],
  ...change,
});
const textOf = (holder: HolderStatus, colours = false) =>
  tlsStatusText(
    { status: holder.status, at: new Date(0), authorities: [], holders: [holder], others: [] },
    painter(colours),
  );
const seen = { at: new Date(0), protocol: 'TLSv1.3', certificate: certificate('AAAAAAAA11'), issued: true };

it('tells what was seen from what was not', () => {
  const text = textOf(
    node({
      listeners: [
        { listener: 'client', address: 'a:1', seen, fault: undefined },
        { listener: 'route', address: 'a:2', seen: undefined, fault: { kind: 'tcp', message: 'closed' } },
      ],
    }),
  );
  expect(text).toMatch(/nats-1 +nats +AAAAAAAA +AAAAAAAA +client AAAAAAAA route not seen +59 +lab issuer/);
  expect(text).toMatch(/1 of 2 listeners showed their certificate/);
});

it('says once what helps against several, and nothing that a terminal would obey', () => {
  const problem = { status: 'fail' as const, message: 'bad \u001b[2Jname', remedy: ['gsys local up'] };
  const text = textOf(node({ status: 'fail', problems: [problem, problem] }));
  expect(text.match(/\$ gsys local up/g)).toHaveLength(1);
  expect(text).toContain('fail     nats-1: bad name');
  expect(text).not.toContain('\u001b');
});
