import { expect, it } from 'vitest';
import { namesServer } from './loadtest.ts';

it.each([
  [['smoke', '--target', 'https://class.example.org'], true],
  [['smoke', '--target=https://class.example.org'], true],
  [['smoke', '--participants', '5'], false],
  [['smoke', '--', '--target', 'something of k6'], false],
])('brings what a server of its own needs where none is named: %j', (args, isNamed) => {
  expect(namesServer(args)).toBe(isNamed);
});
