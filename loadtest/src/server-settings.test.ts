import { expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { serverSettings, settingsInOneLine } from './server-settings.ts';

const told = (ptime: string, budget: string) => `lectern_info{version="0.1.0",node="v24"} 1
lectern_settings{audio_ptime_ms="${ptime}",packet_budget="${budget}",workers="2",students_per_class="2000"} 1
lectern_worker_budget_packets_per_second{worker="0"} 50000.4
lectern_worker_budget_packets_per_second{worker="1"} 50000
`;

const of = (name: string, people: number) => readCommandLine([name, '--participants', String(people)]);

it('are told in words, those that are set and those that the server decides', () => {
  expect(settingsInOneLine(serverSettings(told('auto', 'auto'), of('lecture-2000', 300)))).toBe(
    'Lectern 0.1.0; packets of sound of 60 ms in a class of 300 (60 from 300 students on, else 20); 2 media workers; budget by its self-test, ' +
      '100000 packets a second together; expects 300 people in this class, at most 2000 in any',
  );
  expect(serverSettings(told('20', '9000'), of('lecture-2000', 300))).toMatchObject({
    audioPackets: 'of 20 ms in every class',
    packetBudget: '9000 packets a second to each worker, 100000 packets a second together',
  });
});

it.each([
  ['auto', 'lecture-2000', 299, 'of 20 ms in a class of 299 (60 from 300 students on, else 20)'],
  ['auto', 'lecture-1000', 299, 'of 20 ms in a class of 299 (60 from 300 students on, else 20)'],
  ['60', 'lecture-2000', 20, 'of 60 ms in every class'],
  ['60', 'lecture-500-video', 300, 'of 60 ms in every class, but this scenario plays 20 ms'],
])('of a server that is set to packets of %s, %s with %i people says "%s"', (ptime, name, people, words) => {
  expect(serverSettings(told(ptime, 'auto'), of(name, people))?.audioPackets).toBe(words);
});

it('that nobody could read are no settings', () => {
  expect(settingsInOneLine(serverSettings('', of('smoke', 40)))).toContain('not told');
});
