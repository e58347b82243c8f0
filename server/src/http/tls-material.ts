import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { TlsMaterial } from '../app.ts';
import type { Config } from '../config.ts';
import { StartError } from '../store/store.ts';
import { lanAddresses } from './network-address.ts';

const CERT_NAME = 'self-signed-cert.pem';
const KEY_NAME = 'self-signed-key.pem';
const DAY_MS = 86_400_000;
/** Longer is refused by Apple's platforms. */
const VALID_DAYS = 397;

/** The certificate to serve with: the one given, one of our own making kept in the data directory, or none. */
export async function readTlsMaterial({
  http,
  dataDir,
}: Pick<Config, 'http' | 'dataDir'>): Promise<TlsMaterial | null> {
  if (http.tls) {
    const cert = await readPem(http.tls.certFile, 'LECTERN_TLS_CERT');
    const key = await readPem(http.tls.keyFile, 'LECTERN_TLS_KEY');
    return requireUsable({ cert, key });
  }
  return http.selfSigned ? selfSigned(dataDir, [http.host, ...lanAddresses()]) : null;
}

/** The same address under each of these names that the certificate holds, in their order. */
export function certifiedUrls(url: string, cert: string, names: readonly string[]): string[] {
  const parsed = new X509Certificate(cert);
  const held = names.filter((name) => (isIP(name) === 0 ? parsed.checkHost(name) : parsed.checkIP(name)) !== undefined);
  return held.map((name) => {
    const named = new URL(url);
    named.hostname = name;
    return named.origin;
  });
}

async function readPem(path: string, key: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StartError(`${key}: ${path} cannot be read (${code}). Correct the path or the file's rights.`, {
      cause: error,
    });
  }
}

function requireUsable(material: TlsMaterial): TlsMaterial {
  try {
    createSecureContext(material);
    return material;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `LECTERN_TLS_CERT and LECTERN_TLS_KEY cannot be used together (${reason}). ` +
        'Give the certificate with its chain and the key that belongs to it, both as PEM without a passphrase.',
      { cause: error },
    );
  }
}

/** The kept certificate while it is valid and names every address of today, else a new one. */
async function selfSigned(dataDir: string, addresses: readonly string[]): Promise<TlsMaterial> {
  const ips = [
    ...new Set([
      '127.0.0.1',
      ...addresses.filter((address) => /^\d+(\.\d+){3}$/.test(address) && address !== '0.0.0.0'),
    ]),
  ];
  const kept = await readKept(dataDir);
  if (kept && stillFits(kept.cert, ips)) return kept;
  // Hundreds of files that nobody needs who has a certificate, or none.
  const { generate } = await import('selfsigned');
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: 'Lectern (self-signed)' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + (VALID_DAYS - 1) * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: hostname() },
          ...ips.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  await writeFile(join(dataDir, KEY_NAME), made.private, { mode: 0o600 });
  await writeFile(join(dataDir, CERT_NAME), made.cert);
  return { cert: made.cert, key: made.private };
}

async function readKept(dataDir: string): Promise<TlsMaterial | null> {
  try {
    const [cert, key] = await Promise.all([
      readFile(join(dataDir, CERT_NAME), 'utf8'),
      readFile(join(dataDir, KEY_NAME), 'utf8'),
    ]);
    return { cert, key };
  } catch {
    return null;
  }
}

function stillFits(cert: string, ips: readonly string[]): boolean {
  try {
    const parsed = new X509Certificate(cert);
    const fresh = Date.parse(parsed.validTo) > Date.now() + 7 * DAY_MS;
    return fresh && ips.every((ip) => parsed.checkIP(ip) !== undefined);
  } catch {
    return false;
  }
}
