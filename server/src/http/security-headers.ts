import type { FastifyReply } from 'fastify';

/** The page's policy: nothing inline, nobody else's anything, and no frame around it. */
const PAGE_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `font-src 'self'`,
  `img-src 'self' data: blob:`,
  `media-src 'self' blob:`,
  `connect-src 'self'`,
  `worker-src 'self'`,
  `manifest-src 'self'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
].join('; ');

const PERMISSIONS_POLICY = [
  'camera=(self)',
  'microphone=(self)',
  'display-capture=(self)',
  'speaker-selection=(self)',
  'autoplay=(self)',
  'fullscreen=(self)',
  'picture-in-picture=(self)',
  'screen-wake-lock=(self)',
  'clipboard-write=(self)',
  'accelerometer=()',
  'geolocation=()',
  'gyroscope=()',
  'hid=()',
  'magnetometer=()',
  'midi=()',
  'payment=()',
  'serial=()',
  'usb=()',
  'xr-spatial-tracking=()',
].join(', ');

const HSTS = 'max-age=31536000';

/** What every answer carries. `hsts` only with a certificate that browsers trust: it takes away the way past a warning. */
export function setSecurityHeaders(reply: FastifyReply, hsts: boolean): void {
  reply.headers({
    'content-security-policy': `default-src 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': PERMISSIONS_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(hsts ? { 'strict-transport-security': HSTS } : {}),
  });
}

/** What a page of ours carries besides. */
export function setPagePolicy(reply: FastifyReply): void {
  reply.header('content-security-policy', PAGE_POLICY);
}

/** The policy of the attention worker: it runs what stands under /attention/ and reaches no network at all. */
export function workerPolicy(origin: string): string {
  return `default-src 'none'; script-src ${origin}/attention/ 'wasm-unsafe-eval'; connect-src 'none'`;
}
