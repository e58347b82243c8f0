import { PAGES } from '@lectern/contracts';

/** A page's name: what the shell loads it by. */
export type RouteName = keyof typeof PAGES;

export interface Match {
  readonly name: RouteName | 'notFound';
  readonly params: Readonly<Record<string, string>>;
}

/** Which page an address belongs to. A trailing slash does not matter; a segment that cannot be decoded is not found. */
export function matchRoute(pathname: string): Match {
  const segments = pathname.replace(/\/+$/, '').split('/');
  for (const [name, pattern] of Object.entries(PAGES) as [RouteName, string][]) {
    const params = matchPattern(pattern.replace(/\/$/, '').split('/'), segments);
    if (params) return { name, params };
  }
  return { name: 'notFound', params: {} };
}

function matchPattern(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
      continue;
    }
    try {
      params[part.slice(1)] = decodeURIComponent(segment);
    } catch {
      return null;
    }
    if (segment === '') return null;
  }
  return params;
}
