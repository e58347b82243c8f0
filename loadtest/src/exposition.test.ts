import { expect, it } from 'vitest';
import { labelOf, metricValue } from './exposition.ts';

const TEXT = `# HELP lectern_classes_shedding Classes.
# TYPE lectern_classes_shedding gauge
lectern_classes_shedding{kind="ordinary"} 1
lectern_classes_shedding{kind="load-test"} 2
lectern_event_loop_delay_p99_seconds 0.0125
lectern_worker_budget NaN
`;

it('sums a metric over its labels, and has nothing for one that is not there', () => {
  expect(metricValue(TEXT, 'lectern_classes_shedding')).toBe(3);
  expect(metricValue(TEXT, 'lectern_event_loop_delay_p99_seconds')).toBe(0.0125);
  expect(metricValue(TEXT, 'lectern_event_loop_delay')).toBeNull();
  expect(metricValue(TEXT, 'lectern_worker_budget')).toBeNull();
});

it('reads a label', () => {
  const info = 'lectern_info{version="0.1.0",node="24.1.0"} 1\n';
  expect(labelOf(info, 'lectern_info', 'node')).toBe('24.1.0');
  expect(labelOf(info, 'lectern_info', 'mediasoup')).toBeNull();
});
