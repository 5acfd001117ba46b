import type { Call } from './calls.ts'

const ask = (entity: string, args: object): Call => ({
  tool: 'analyze',
  args: { entity, measures: ['count'], ...args },
})

/** Every figure, group and condition that can be made of a column, or of one behind a lookup. */
export function analysesOf(entity: string, column: string, guesses: readonly string[]): Call[] {
  const figures = ['count', 'distinct', 'sum', 'avg', 'min', 'max', 'median'].map((name) => `${name}(${column})`)
  const calculated = [
    `sum(${column} * 1)`,
    `max(days(createdon, ${column}))`,
    `median(hours(${column}, now))`,
    `share(count(${column}))`,
    `count(${column}) / count as part`,
  ]
  const conditions = [
    `${column} ne null`,
    `${column} * 1 gt 0`,
    `days(${column}, today) le 100000`,
    ...guesses.slice(0, 1).map((guess) => `${column} ge ${guess}`),
  ]
  const groups = [
    column,
    ...['day', 'month', 'fiscal_year', 'weekday'].map((part) => `${part}(${column})`),
    `band(${column}, 1, 7730000)`,
    `band(days(${column}, today), 7, 30000)`,
  ]
  return [
    ask(entity, { measures: figures }),
    ...[...figures, ...calculated].map((measure, at) =>
      ask(
        entity,
        at % 2 === 0 ? { measures: [measure] } : { measures: ['count', measure], by: ['month(createdon)'], top: 3 },
      ),
    ),
    ...conditions.flatMap((condition) => [
      ask(entity, { filter: condition }),
      ask(entity, { measures: [`count(where ${condition})`] }),
      ask(entity, { measures: [`median(days(createdon, modifiedon) where ${condition})`] }),
      ask(entity, { compare: [condition, `not (${condition})`] }),
    ]),
    ...groups.map((group, at) => ask(entity, { by: at % 2 === 0 ? [group] : [group, 'year(createdon)'], top: 2 })),
    ask(entity, { by: ['year(createdon)'], orderby: `${column} desc` }),
    ask(entity, { by: ['year(createdon)'], having: `${column} gt 0` }),
    ask(entity, { by: ['year(createdon)'], having: `max(${column}) gt 0` }),
  ]
}

/** What rows are called, as groups and figures. */
export const analysesByName = (entity: string, lookup: string): Call[] => [
  ask(entity, { by: [lookup] }),
  ask(entity, { by: [lookup], measures: ['median(days(createdon, now))'], top: 2 }),
  ask(entity, { by: [`${lookup}name`] }),
  ask(entity, { measures: [`distinct(${lookup})`, `min(${lookup}name)`] }),
  ask(entity, { filter: `${lookup} eq 'Zebrafinch Person1001'` }),
  ask(entity, { measures: [`count(where contains(${lookup},'Zebra'))`] }),
]
