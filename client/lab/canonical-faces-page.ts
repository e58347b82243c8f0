import { serveFaces } from './data/faces-in-page.ts';
import { canonicalFamily } from './families/canonical-family.ts';

serveFaces(async () => canonicalFamily(await (await fetch('/canonical-face.obj')).text()));
