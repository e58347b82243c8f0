import { describe, expect, it } from 'vitest';
import { storedFile, withoutLastFile } from './task-bundle.ts';

/** A zip with stored files, written by hand: local headers, central directory, end record. */
function zip(files: readonly (readonly [string, string])[], method = 0): ArrayBuffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), Buffer.from(content));
    entries.push(entry, Buffer.from(name));
    offset += 30 + name.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(entries).length, 12);
  end.writeUInt32LE(offset, 16);
  const whole = Buffer.concat([...locals, ...entries, end]);
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
}

describe('a file of a task bundle', () => {
  const bundle = zip([
    ['first.bin', 'one'],
    ['second.bin', 'another'],
  ]);

  it('is found by its name', () => {
    expect(Buffer.from(storedFile(bundle, 'second.bin')).toString()).toBe('another');
  });

  it('is refused when it is missing, compressed, or the bundle is cut short', () => {
    expect(() => storedFile(bundle, 'third.bin')).toThrow('third.bin');
    expect(() => storedFile(zip([['first.bin', 'one']], 8), 'first.bin')).toThrow();
    expect(() => storedFile(bundle.slice(0, 60), 'first.bin')).toThrow();
    expect(() => storedFile(new ArrayBuffer(0), 'first.bin')).toThrow();
  });
});

describe('a task bundle without its last file', () => {
  const bundle = zip([
    ['first.bin', 'one'],
    ['second.bin', 'another'],
    ['third.bin', 'left out'],
  ]);
  const shorter = withoutLastFile(bundle, 'third.bin').slice().buffer;

  it('holds the others as they were, and nothing of that one', () => {
    expect(Buffer.from(storedFile(shorter, 'first.bin')).toString()).toBe('one');
    expect(Buffer.from(storedFile(shorter, 'second.bin')).toString()).toBe('another');
    expect(() => storedFile(shorter, 'third.bin')).toThrow('third.bin');
    expect(Buffer.from(shorter).includes('left out')).toBe(false);
  });

  it('is the bundle that would have been made without it', () => {
    const made = zip([
      ['first.bin', 'one'],
      ['second.bin', 'another'],
    ]);
    expect(Buffer.from(shorter)).toEqual(Buffer.from(made));
  });

  it('is refused when another file is the last, or the bundle is cut short', () => {
    expect(() => withoutLastFile(bundle, 'second.bin')).toThrow('second.bin');
    expect(() => withoutLastFile(bundle, 'fourth.bin')).toThrow('fourth.bin');
    expect(() => withoutLastFile(bundle.slice(0, 60), 'third.bin')).toThrow('third.bin');
  });
});
