import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRequest } from '../../../src/lib/pki/certificate-request.ts';

let folder: string;
let pem: string;
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const request = (...more: string[]) =>
  openssl('req', '-new', '-noenc', '-keyout', 'key.pem', '-subj', '/CN=nats-1', ...more);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-csr-'));
  pem = request('-newkey', 'rsa:2048', '-addext', 'subjectAltName=DNS:a.example,IP:10.0.0.1,IP:::1');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is read with its key and the names that it asks for', () => {
  const { publicKey, ...names } = readRequest(pem);
  expect(names).toEqual({ commonName: 'nats-1', dns: ['a.example'], ip: ['10.0.0.1', '::1'] });
  expect(publicKey.equals(createPublicKey(readFileSync(path.join(folder, 'key.pem'))))).toBe(true);
});

it('is refused when somebody has changed it', () => {
  const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64');
  der[der.indexOf('nats-1') + 5] = '2'.charCodeAt(0);
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  expect(() => readRequest(changed)).toThrow(/signature is not by the key/);
});

it.each<[string, string[], RegExp]>([
  ['a short key', ['-newkey', 'rsa:1024'], /fewer than 2048 bits/],
  ['another kind of key', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], /its key is not RSA/],
  ['SHA-1', ['-newkey', 'rsa:2048', '-sha1'], /not signed with SHA-256/],
])('is refused with %s', (_, args, message) => {
  expect(() => readRequest(request(...args))).toThrow(message);
});

it.each(['', 'hello', readFileSync(import.meta.filename, 'utf8')])('is refused when it is none', (text) => {
  expect(() => readRequest(text)).toThrow(/This certificate request is not granted/);
});
