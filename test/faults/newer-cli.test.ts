import { expect, it } from 'vitest';
import { findClis } from '../foreign/clients/find-clis.ts';
import { judgeClients } from '../foreign/judge-clients.ts';

/** Of the AWS CLI that is first on PATH, besides Debian's. */
const newer = findClis().filter(({ kind }) => kind === 'newer cli');

if (newer.length > 0) judgeClients([], newer);
else it.skip('needs a newer AWS CLI on PATH', () => expect(newer).not.toEqual([]));
