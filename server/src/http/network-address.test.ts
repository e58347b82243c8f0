import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  isPrivateAddress,
  lanAddresses,
  mediaAddress,
  mediaAddressWarning,
  networkOf,
  plainHttpWarning,
  untrustedProxyWarning,
  reachableNames,
} from './network-address.ts';

function ipv4(address: string, internal = false): NetworkInterfaceInfo {
  return { address, netmask: '', mac: '', internal, cidr: null, family: 'IPv4' };
}
const interfaces = {
  lo: [ipv4('127.0.0.1', true)],
  docker0: [ipv4('172.17.0.1')],
  tun0: [ipv4('10.8.0.2')],
  wlan0: [ipv4('169.254.3.4'), ipv4('192.168.1.20')],
};

describe('the address of media', () => {
  const warning = (address: string, page: string, host = '0.0.0.0') => mediaAddressWarning({ host, address }, page);

  it('is what was set, else this machine for a local server, else the first real network', () => {
    expect(mediaAddress({ host: '0.0.0.0', announcedAddress: '203.0.113.10' }, interfaces)).toBe('203.0.113.10');
    expect(mediaAddress({ host: '127.0.0.1', announcedAddress: null }, interfaces)).toBe('127.0.0.1');
    expect(mediaAddress({ host: 'localhost', announcedAddress: null }, interfaces)).toBe('127.0.0.1');
    expect(mediaAddress({ host: '0.0.0.0', announcedAddress: null }, interfaces)).toBe('192.168.1.20');
    expect(mediaAddress({ host: '10.1.2.3', announcedAddress: null }, interfaces)).toBe('10.1.2.3');
    expect(mediaAddress({ host: '0.0.0.0', announcedAddress: null }, { lo: interfaces.lo })).toBe('127.0.0.1');
  });

  it('passes over link-local addresses and puts container bridges and tunnels last', () => {
    expect(lanAddresses(interfaces)).toEqual(['192.168.1.20', '172.17.0.1', '10.8.0.2']);
  });

  it('is warned about when people of the page cannot reach it, in plain words with the remedy', () => {
    const outside = warning('192.168.1.20', 'https://class.example.org');
    expect(outside).toContain('a private address that only your own network reaches');
    expect(outside).toContain('LECTERN_MEDIA_ADDRESS');
    expect(warning('127.0.0.1', 'https://192.168.1.20:8080')).toContain('which is their own machine');
    expect(warning('10.0.0.5', 'https://203.0.113.9')).not.toBeNull();
  });

  it('is no use where the workers listen on this machine alone, whatever is announced', () => {
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      const said = warning('203.0.113.10', 'https://class.example.org', host);
      expect(said).toContain(`listen on ${host}`);
      expect(said).toContain('LECTERN_MEDIA_HOST=0.0.0.0');
    }
    expect(warning('127.0.0.1', 'https://class.example.org', '127.0.0.1')).toContain('LECTERN_MEDIA_HOST');
    expect(warning('127.0.0.1', 'http://localhost:8080', '127.0.0.1')).toBeNull();
  });

  it('is of the kind that arrives where the workers listen', () => {
    const page = 'https://class.example.org';
    const six = warning('2001:db8::7', page, '0.0.0.0');
    expect(six).toContain('only IPv4 arrives');
    expect(six).toContain('LECTERN_MEDIA_HOST=::');
    expect(warning('203.0.113.10', page, '2001:db8::7')).toContain('only IPv6 arrives');
    for (const host of ['::', '2001:db8::7']) expect(warning('2001:db8::7', page, host)).toBeNull();
    expect(warning('203.0.113.10', page, '::')).toBeNull();
  });

  it('is not warned about when they can', () => {
    for (const [address, page] of [
      ['127.0.0.1', 'http://127.0.0.1:8080'],
      ['127.0.0.1', 'http://localhost:8080'],
      ['192.168.1.20', 'https://192.168.1.20:8080'],
      ['192.168.1.20', 'https://laptop.local:8080'],
      ['192.168.1.20', 'https://laptop:8080'],
      ['203.0.113.10', 'https://class.example.org'],
      ['media.example.org', 'https://class.example.org'],
    ] as const) {
      expect(warning(address, page), `${address} for ${page}`).toBeNull();
    }
  });

  it('is private exactly in the ranges that the internet does not carry', () => {
    const all = {
      '10.0.0.1': true,
      '11.0.0.1': false,
      '172.15.0.1': false,
      '172.16.0.1': true,
      '172.31.255.255': true,
    };
    const more = {
      '172.32.0.1': false,
      '192.168.0.1': true,
      '192.169.0.1': false,
      '100.64.0.1': true,
      '100.63.0.1': false,
    };
    const six = { 'fd00::1': true, 'fe80::1': true, '::1': true, '2001:db8::1': false };
    for (const [address, isPrivate] of Object.entries({ ...all, ...more, ...six })) {
      expect(isPrivateAddress(address), address).toBe(isPrivate);
    }
  });
});

it('plain HTTP is warned about where it crosses a network, with the ways out', () => {
  for (const page of ['http://192.168.1.20:8080', 'http://class.example.org', 'http://[2001:db8::7]:8080']) {
    expect(plainHttpWarning(page)).toMatch(
      /passwords .* in clear.*LECTERN_TLS_CERT.*--self-signed.*LECTERN_PUBLIC_URL.*LECTERN_TRUSTED_PROXIES=1/,
    );
  }
  for (const page of ['https://class.example.org', 'http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:8080']) {
    expect(plainHttpWarning(page), page).toBeNull();
  }
});

it('a proxy that is not believed is warned about, with the setting', () => {
  const proxied = { publicUrl: 'https://class.example.org', tls: null, selfSigned: false, trustedProxies: 0 };
  expect(untrustedProxyWarning(proxied)).toMatch(/class\.example\.org.*Set LECTERN_TRUSTED_PROXIES=1/);
  const others = [
    { trustedProxies: 1 },
    { tls: { certFile: 'cert', keyFile: 'key' } },
    { selfSigned: true },
    { publicUrl: null },
    { publicUrl: 'http://localhost:8080' },
  ];
  for (const other of others) expect(untrustedProxyWarning({ ...proxied, ...other }), JSON.stringify(other)).toBeNull();
});

it.each([
  ['0.0.0.0', ['192.168.1.20', '172.17.0.1', '10.8.0.2', 'laptop', 'localhost', '127.0.0.1']],
  ['192.168.1.20', ['192.168.1.20']],
  ['127.0.0.1', ['127.0.0.1', 'localhost']],
  ['localhost', ['localhost', '127.0.0.1']],
])('a server that listens on %s is reached, the LAN first, by %j', (host, names) => {
  expect(reachableNames(host, interfaces, 'laptop')).toEqual(names);
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0DB8::9', '2001:db8:0:0::/64'],
  ['2001:db8::3:4:5:6:7', '2001:db8:0:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
