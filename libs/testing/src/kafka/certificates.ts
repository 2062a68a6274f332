import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaCertificates } from './settings.js';

export interface Certificates extends KafkaCertificates {
  /** The broker's certificate with its key. */
  readonly keys: string;
}

/** Makes an authority, a certificate for a broker on this host and one for a client, good for two days. Needs openssl. */
export function makeCertificates(folder: string, host: string): Certificates {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=parley-test-authority');
  for (const [name, subject] of [['broker', host], ['client', 'parley-test-client']] as const) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    writeFileSync(path(`${name}.ext`), `subjectAltName=DNS:localhost,IP:127.0.0.1${host.includes(':') || /^[\d.]+$/.test(host) ? '' : `,DNS:${host}`}\n`);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', `${name}.pem`, '-days', '2', '-extfile', `${name}.ext`);
  }
  writeFileSync(path('broker-keys.pem'), readFileSync(path('broker.key'), 'utf8') + readFileSync(path('broker.pem'), 'utf8'));
  return { ca: path('ca.pem'), cert: path('client.pem'), key: path('client.key'), keys: path('broker-keys.pem') };
}
