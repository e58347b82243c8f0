import { describe, expect, it } from 'vitest';
import { sourceLists } from './build-srtp.ts';

const DEB822 = `# the release
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://vendor.example/apt
Suites: nodistro
Components: main
`;
const ONE_LINE = `deb [arch=amd64 signed-by=/etc/keyring.gpg] http://mirror.example/ubuntu noble main universe # comment
# deb http://mirror.example/ubuntu noble-backports main
deb https://vendor.example/apt noble stable
`;

describe('sources of source packages', () => {
  it('follow the system’s deb822 entries of its release, without those of third parties', () => {
    expect(sourceLists([DEB822], 'bookworm')).toBe(
      'Types: deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n' +
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n',
    );
  });

  it('follow one-line entries', () => {
    expect(sourceLists([ONE_LINE], 'noble')).toBe(
      'Types: deb-src\nURIs: http://mirror.example/ubuntu\nSuites: noble\nComponents: main universe\nSigned-By: /etc/keyring.gpg\n',
    );
  });

  it('keep a key that stands in the entry itself', () => {
    const inline =
      'Types: deb\nURIs: http://m.example\nSuites: noble\nComponents: main\nSigned-By:\n -----BEGIN\n .\n abc\n';
    expect(sourceLists([inline], 'noble')).toContain('Signed-By: -----BEGIN\n .\n abc\n');
  });

  it('are none where the release has no entry', () => {
    expect(sourceLists([DEB822, ONE_LINE], 'trixie')).toBe('');
  });
});
