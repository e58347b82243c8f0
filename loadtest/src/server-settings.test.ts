import { expect, it } from 'vitest';
import { serverSettings, settingsInOneLine } from './server-settings.ts';

const told = (ptime: string, budget: string) => `lectern_info{version="0.1.0",node="v24"} 1
lectern_settings{audio_ptime_ms="${ptime}",packet_budget="${budget}",workers="2",students_per_class="2000"} 1
lectern_worker_budget_packets_per_second{worker="0"} 50000.4
lectern_worker_budget_packets_per_second{worker="1"} 50000
`;

it('are told in words, those that are set and those that the server decides', () => {
  expect(settingsInOneLine(serverSettings(told('auto', 'auto'), 300))).toBe(
    'Lectern 0.1.0; packets of sound of 60 ms from 300 students on, else of 20; 2 media workers; budget by its self-test, ' +
      '100000 packets a second together; expects 300 people in this class, at most 2000 in any',
  );
  expect(serverSettings(told('20', '9000'), 300)).toMatchObject({
    audioPackets: 'of 20 ms in every class',
    packetBudget: '9000 packets a second to each worker, 100000 packets a second together',
  });
});

it('that nobody could read are no settings', () => {
  expect(settingsInOneLine(serverSettings('', 300))).toContain('not told');
});
