import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A throw-away authority, with files in a folder of the test's. */
export interface TestAuthority {
  caFile: string;
  issue(name: string, sans: string): { certFile: string; keyFile: string; bundle: string };
}

export function createAuthority(folder: string, name = 'ca'): TestAuthority {
  const file = (of: string, kind: string) => path.join(folder, `${of}.${kind}.pem`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const key = (of: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file(of, 'key'));
  key(name);
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    file(name, 'key'),
    '-out',
    file(name, 'cert'),
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  );
  return {
    caFile: file(name, 'cert'),
    issue: (holder, sans) => {
      key(holder);
      const extensions = file(holder, 'ext');
      writeFileSync(extensions, `subjectAltName=${sans}\nextendedKeyUsage=serverAuth,clientAuth\n`);
      openssl(
        'req',
        '-new',
        '-key',
        file(holder, 'key'),
        '-out',
        file(holder, 'csr'),
        '-subj',
        `/CN=${holder}`,
      );
      openssl(
        ...[
          'x509',
          '-req',
          '-in',
          file(holder, 'csr'),
          '-CA',
          file(name, 'cert'),
          '-CAkey',
          file(name, 'key'),
        ],
        ...['-CAcreateserial', '-days', '1', '-extfile', extensions, '-out', file(holder, 'cert')],
      );
      const [certFile, keyFile] = [file(holder, 'cert'), file(holder, 'key')];
      const read = (of: string) => readFileSync(of, 'utf8');
      const bundle = JSON.stringify({
        cert: read(certFile),
        key: read(keyFile),
        ca: read(file(name, 'cert')),
      });
      return { certFile, keyFile, bundle };
    },
  };
}
