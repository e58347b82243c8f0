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

/**
 * The policy of the attention worker: no network at all. It compiles the wasm that it is handed, and loads nothing: its own script came
 * under the page's policy, and an import or a further worker would carry data out in its query.
 */
const WORKER_POLICY = `default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'none'`;

/** What the files of the attention worker carry besides. */
export function setWorkerPolicy(reply: FastifyReply): void {
  reply.header('content-security-policy', WORKER_POLICY);
}
