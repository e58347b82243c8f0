import { isIP, isIPv6 } from 'node:net';

const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const LONGEST_NAME = 253;
/** RFC 7064 and RFC 7065; only an address of a TURN server may name a transport. */
const ICE_SERVER = /^(?:stun:(?<stun>[^?]+)|turns?:(?<turn>[^?]+)(?:\?transport=(?:udp|tcp))?)$/;
const HOST_AND_PORT = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d{1,5}))?$/;

/** True for an IP address and for a host name; a name that ends in a number would be a mistyped IP address. */
export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const labels = text.split('.');
  const isNumber = /^\d+$/.test(labels.at(-1) ?? '');
  return text.length <= LONGEST_NAME && !isNumber && labels.every((label) => LABEL.test(label));
}

/** True for what a browser takes as the address of a STUN or TURN server; one that it does not take costs it all media. */
export function isIceServerUrl(text: string): boolean {
  const address = ICE_SERVER.exec(text)?.groups;
  const parts = HOST_AND_PORT.exec(address?.['stun'] ?? address?.['turn'] ?? '')?.groups;
  if (!parts) return false;
  const { ipv6, host = '', port } = parts;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  return ipv6 === undefined ? isHost(host) : isIPv6(ipv6);
}
