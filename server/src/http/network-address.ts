import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

type Interfaces = ReturnType<typeof networkInterfaces>;

const ANY = new Set(['0.0.0.0', '::', '']);
const LOCAL = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);
/** Bridges of containers and virtual machines, and tunnels: nobody on the LAN reaches them. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|u?tun|tap|wg|tailscale|zt)/;

/** IPv4 addresses of this machine by which others may reach it, those of real networks first. */
export function lanAddresses(interfaces: Interfaces = networkInterfaces()): string[] {
  return Object.entries(interfaces)
    .flatMap(([name, addresses]) => (addresses ?? []).map((address) => ({ name, address })))
    .filter(({ address }) => address.family === 'IPv4' && !address.internal && !address.address.startsWith('169.254.'))
    .sort((a, b) => Number(VIRTUAL.test(a.name)) - Number(VIRTUAL.test(b.name)))
    .map(({ address }) => address.address);
}

/** True when only this machine can reach it. */
export function isLocalHost(host: string): boolean {
  return LOCAL.has(host) || host.startsWith('127.');
}

/** True for the addresses that routers on the internet do not carry (RFC 1918, RFC 6598, RFC 3927, RFC 4193, loopback). */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 6) return /^(?:::1$|f[cd]|fe[89ab])/i.test(address);
  const [first = 0, second = 0] = address.split('.').map(Number);
  return (
    first === 10 ||
    first === 127 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127)
  );
}

/**
 * What counts as one network to limits on tries: an IPv4 address; of an IPv6 address the first 64 bits, since a single
 * machine has all that follow to choose from.
 */
export function networkOf(address: string): string {
  return prefixOf(address, 64);
}

/** What one customer of a provider has: an IPv4 address; of an IPv6 address the first 56 bits, 256 networks. */
export function siteOf(address: string): string {
  return prefixOf(address, 56);
}

function prefixOf(address: string, bits: 56 | 64): string {
  const mapped = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.groups?.['ipv4'];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = [], tail] = address.split('::').map((groups) => (groups === '' ? [] : groups.split(':')));
  const left = tail ? Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0') : [];
  const groups = [...head, ...left, ...(tail ?? [])].slice(0, 4).map((group) => Number.parseInt(group, 16));
  if (bits === 56) groups.push((groups.pop() ?? 0) & 0xff_00);
  return `${groups.map((group) => group.toString(16)).join(':')}::/${bits}`;
}

/** The host by which people reach a server that listens on `host`. */
export function reachableHost(host: string, interfaces?: Interfaces): string {
  if (!ANY.has(host)) return host;
  return lanAddresses(interfaces)[0] ?? '127.0.0.1';
}

/** All names and addresses of this machine for a server that listens on `host`, first what the LAN most likely reaches. */
export function reachableNames(host: string, interfaces?: Interfaces, machine = hostname()): string[] {
  const here = ['localhost', '127.0.0.1'];
  if (isLocalHost(host)) return [...new Set([host, ...here])];
  return ANY.has(host) ? [...lanAddresses(interfaces), machine, ...here] : [host];
}

/** The address that browsers are told to send media to, from where the workers listen; LECTERN_MEDIA_ADDRESS wins. */
export function mediaAddress(
  { host, announcedAddress }: { readonly host: string; readonly announcedAddress: string | null },
  interfaces?: Interfaces,
): string {
  return announcedAddress ?? (isLocalHost(host) ? '127.0.0.1' : reachableHost(host, interfaces));
}

/** Where media are: the address that the workers listen on, and the one that browsers are told to send to. */
interface MediaPlace {
  readonly host: string;
  readonly address: string;
}

/** Says in plain words, with the setting that mends it, when people who open the page cannot reach the media; null when they can. */
export function mediaAddressWarning({ host, address }: MediaPlace, publicUrl: string): string | null {
  const page = new URL(publicUrl).hostname;
  if (isLocalHost(page)) return null;
  if (isLocalHost(host)) {
    return (
      `The media workers listen on ${host}, which this machine alone reaches: people who open ${page} get neither sound ` +
      'nor picture. Set LECTERN_MEDIA_HOST=0.0.0.0.'
    );
  }
  if (isIP(address) === 0) return null;
  const remedy = 'Set LECTERN_MEDIA_ADDRESS to the address that they can reach.';
  if (isLocalHost(address)) {
    return `People who open ${page} are told to send sound and picture to ${address}, which is their own machine. ${remedy}`;
  }
  if (isIP(host) !== 0 && host !== '::' && isIP(host) !== isIP(address)) {
    return (
      `People who open ${page} are told to send sound and picture to ${address}, and the media workers listen on ${host}, ` +
      `where only IPv${isIP(host)} arrives. Set LECTERN_MEDIA_HOST=::, or LECTERN_MEDIA_ADDRESS to an IPv${isIP(host)} address.`
    );
  }
  if (!isPublicHost(page) || !isPrivateAddress(address)) return null;
  return (
    `People who open ${page} from outside are told to send sound and picture to ${address}, ` +
    `a private address that only your own network reaches. ${remedy}`
  );
}

/** Says what plain HTTP costs people who open the page from another machine, with the ways out; null where it costs nothing. */
export function plainHttpWarning(publicUrl: string): string | null {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'https:' || isLocalHost(hostname)) return null;
  return (
    `People open ${publicUrl} without TLS: passwords and sign-ins cross the network in clear, and browsers give neither camera ` +
    'nor microphone to such a page. Set LECTERN_TLS_CERT and LECTERN_TLS_KEY, start with --self-signed for a try, or put a ' +
    'proxy with TLS in front and set LECTERN_PUBLIC_URL to its https address and LECTERN_TRUSTED_PROXIES=1.'
  );
}

/** What of the web server's settings tells whether a proxy with TLS stands in front. */
interface Front {
  readonly publicUrl: string | null;
  readonly tls: object | null;
  readonly selfSigned: boolean;
  readonly trustedProxies: number;
}

/** True when a proxy may stand in front: its entries are believed, or people open another address than that of this machine without TLS of our own. */
export function mayBeProxied({ publicUrl, tls, selfSigned, trustedProxies }: Front): boolean {
  if (trustedProxies > 0) return true;
  return publicUrl !== null && tls === null && !selfSigned && !isLocalHost(new URL(publicUrl).hostname);
}

/** Says what it costs when the proxy in front is not believed, with the setting that mends it; null where it is, or none is there. */
export function untrustedProxyWarning({ publicUrl, tls, selfSigned, trustedProxies }: Front): string | null {
  const isProxied = (publicUrl?.startsWith('https:') ?? false) && tls === null && !selfSigned;
  if (!isProxied || trustedProxies > 0) return null;
  return (
    `People open ${publicUrl} through a proxy with TLS, and LECTERN_TRUSTED_PROXIES is 0: everybody counts as the proxy's ` +
    'address, so that the wrong passwords of one shut out all, and cookies go without their protection for https. ' +
    'Set LECTERN_TRUSTED_PROXIES=1, the number of proxies in front.'
  );
}

function isPublicHost(host: string): boolean {
  if (isIP(host) !== 0) return !isPrivateAddress(host);
  return host.includes('.') && !/\.(?:local|lan|home|internal|test)$/.test(host);
}
