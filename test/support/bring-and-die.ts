import { readFileSync } from 'node:fs';
import { bringToServices } from '../../src/lib/tls/bring-services.ts';
import { tlsAt } from './tls.ts';

/** Brings a service a bundle, and is killed the moment that it tells of a step: `pending`, or `release updated`. */
const [root = '', home = '', slot = '', name = '', file = '', step = ''] = process.argv.slice(2);
const tls = await tlsAt({ home, slot: Number(slot) }, root);
const bundle = JSON.parse(readFileSync(file, 'utf8'));
await tls.under(
  (context) => bringToServices([{ service: tls.service(name), bundle }], context),
  (told) => {
    const is = told.type === 'release' ? `release ${told.event.type}` : told.type;
    if (is === step) process.kill(process.pid, 'SIGKILL');
  },
);
