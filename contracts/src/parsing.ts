import { z } from 'zod';

/**
 * Makes the schemas parse without generating code (`new Function`), for pages whose content policy forbids eval.
 * Call it before the first parse.
 */
export function parseWithoutCodeGeneration(): void {
  z.config({ jitless: true });
}
