/** One line of a scrape: a name, its labels and its value. */
export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE =
  /^(?<name>[a-z_:][a-z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|NaN)$/i;
const LABEL = /(?<key>[a-z_][a-z0-9_]*)="(?<value>(?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/gi;

/** Reads Prometheus' text format strictly: throws for a line, a label or a type that the format does not know. */
export function readExposition(text: string): ScrapedSample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      if (line.startsWith('# HELP ')) return [];
      const type = /^# TYPE (?<name>\S+) (?<type>counter|gauge|histogram)$/.exec(line)?.groups;
      if (type) {
        if (types.has(type['name'] ?? '')) throw new Error(`told twice: ${line}`);
        types.set(type['name'] ?? '', type['type'] ?? '');
        return [];
      }
      const { name = '', labels = '', value = '' } = LINE.exec(line)?.groups ?? {};
      const pairs = [...labels.matchAll(LABEL)];
      if (name === '' || pairs.map(([all]) => all).join('') !== labels) throw new Error(`not of the format: ${line}`);
      const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
      if (!types.has(family)) throw new Error(`of no type: ${line}`);
      return [
        {
          name,
          labels: Object.fromEntries(pairs.map(({ groups }) => [groups?.['key'], groups?.['value']])) as Record<
            string,
            string
          >,
          value: Number(value.replace('Inf', 'Infinity')),
        },
      ];
    });
}
