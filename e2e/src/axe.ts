import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong on the page as it stands, one line for each element: rule, element, reason. Empty is good. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // The newer mode opens a page of its own, which a window under test must not see.
  const results = await new AxeBuilder({ page }).setLegacyMode(true).withTags(RULES).analyze();
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) =>
        `${id}: ${target.join(' ')} (${failureSummary.split('\n').at(1)?.trim() ?? ''})`,
    ),
  );
}
