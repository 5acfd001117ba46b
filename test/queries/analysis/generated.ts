import type { Aggregation, AnalysisFunction, Analysis } from '../../../shared/reports/analysis/model.ts'
import { SUBJECTS, type Condition, type Grouped, type Subject, type Valued } from './subjects.ts'

/** One aggregation with what it means in SQL. */
export type Figure = {
  readonly aggregation: Aggregation
  readonly valued?: Valued | undefined
  readonly where?: Condition | undefined
}

export type Case = {
  readonly key: string
  readonly analysis: Analysis
  readonly subject: Subject
  readonly filters: readonly Condition[]
  readonly figures: readonly Figure[]
  readonly groups: readonly Grouped[]
  readonly sides: readonly Condition[]
}

type Chance = {
  readonly below: (most: number) => number
  readonly one: <Item>(items: readonly Item[]) => Item
}

/** Numbers that are the same for one seed, so that a difference can be asked for again. */
function chanceOf(seed: number): Chance {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (most: number): number => Math.floor(next() * most)
  return { below, one: (items) => items[below(items.length)] as (typeof items)[number] }
}

const OF_KIND: Readonly<Record<Valued['kind'], readonly AnalysisFunction[]>> = {
  number: ['count', 'distinct', 'sum', 'avg', 'min', 'max', 'median'],
  date: ['count', 'distinct', 'min', 'max'],
  other: ['count', 'distinct'],
}

function figureOf(subject: Subject, chance: Chance): Figure {
  const where = chance.below(3) === 0 ? chance.one(subject.conditions) : undefined
  if (chance.below(5) === 0) return { aggregation: { name: 'count', where: where?.odata }, where }
  const valued = chance.one(subject.values)
  return {
    aggregation: { name: chance.one(OF_KIND[valued.kind]), of: valued.value, where: where?.odata },
    valued,
    where,
  }
}

function distinctBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...new Map(items.map((one) => [key(one), one])).values()]
}

/** A question of a number: the same number, the same question. */
export function caseOf(seed: number): Case {
  const chance = chanceOf(seed)
  const subject = SUBJECTS[seed % SUBJECTS.length] as Subject
  const several = <Item>(most: number, make: () => Item): Item[] => Array.from({ length: chance.below(most + 1) }, make)
  const filters = several(1, () => chance.one(subject.conditions))
  const groups = distinctBy(
    several(2, () => chance.one(subject.groups)),
    ({ group }) => group.name,
  )
  const sides = chance.below(4) === 0 ? chance.one(subject.compares) : []
  const figures = distinctBy(
    [figureOf(subject, chance), ...several(3, () => figureOf(subject, chance))],
    ({ aggregation }) => JSON.stringify(aggregation),
  )
  const [now, before] = sides as readonly [Condition, Condition]
  const analysis: Analysis = {
    entity: subject.entity,
    ...(filters.length > 0 && { filter: filters.map(({ odata }) => odata).join(' and ') }),
    groups: groups.map(({ group }) => group),
    measures: figures.map(({ aggregation }, at) => ({
      name: `m${at}`,
      expression: { kind: 'aggregation', aggregation },
    })),
    ...(sides.length > 0 && { compare: [now.odata, before.odata] as const }),
  }
  return { key: `${seed}: ${JSON.stringify(analysis)}`, analysis, subject, filters, figures, groups, sides }
}

/** What a question is made of: values with what is done to them, groups, conditions, comparisons, how many of each. */
function partsOf(one: Case): string[] {
  const { subject, figures, groups, filters, sides } = one
  const parts = [
    ...figures.map(({ aggregation: { name, of } }) => ['figure', name, of]),
    ['form', groups.length, sides.length],
    ['many', figures.length, filters.length],
  ]
  return [...traitsOf(one), ...parts.map((part) => JSON.stringify([subject.entity, ...part]))]
}

/** The same without which value it is that something is done to, but its kind, and without how many of each there are. */
export function traitsOf({ subject, figures, groups, filters, sides }: Case): string[] {
  const traits = [
    ...figures.map(({ aggregation: { name }, valued }) => ['done to', name, valued?.kind]),
    ...figures.flatMap(({ where }) => (where ? [['where', where.odata]] : [])),
    ...groups.map(({ group }) => ['group', group.name]),
    ...filters.map(({ odata }) => ['filter', odata]),
    ...(sides.length > 0 ? [['sides', ...sides.map(({ odata }) => odata)]] : []),
  ]
  return traits.map((trait) => JSON.stringify([subject.entity, ...trait]))
}

/** Of so many drawn questions those with a part that none before them has; all others put the same parts together anew. */
export function seedsOfNewParts(drawn: number): number[] {
  const known = new Set<string>()
  return Array.from({ length: drawn }, (_, seed) => seed).filter((seed) => {
    const before = known.size
    for (const part of partsOf(caseOf(seed))) known.add(part)
    return known.size > before
  })
}
