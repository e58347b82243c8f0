import { serveFaces } from './data/faces-in-page.ts';
import { ictFamily } from './families/ict-family.ts';

serveFaces(async () => {
  const description: unknown = await (await fetch('/ict-face.json')).json();
  return ictFamily(description, await (await fetch('/ict-face.bin')).arrayBuffer());
});
