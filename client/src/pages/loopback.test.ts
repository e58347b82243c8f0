import { expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

it.each(['localhost', 'class.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('%s is this computer alone', (name) => {
  expect(isLoopback(name)).toBe(true);
});

it.each(['192.168.1.5', 'localhost.example.org', 'class.example.org', '[fd00::1]'])(
  '%s may be found by others',
  (name) => {
    expect(isLoopback(name)).toBe(false);
  },
);
