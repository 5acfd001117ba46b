import { describe, expect, test } from '@jest/globals'
import { startOfDay } from '../../../../../shared/dataverse/local-time.ts'
import type { Meaning } from '../../../../../shared/dataverse/query/model/meaning.ts'
import { addDays } from '../../../../../shared/dataverse/query/resolve/values/dates/day.ts'
import { relativeWindow, type Window } from '../../../../sandbox/dataverse/query/dates.ts'
import { ask, CLOCKS, read } from './asking.ts'

/** Words, and the operator of Dataverse's own whose window they are. */
const WORDS: readonly (readonly [word: string, operator: string, count: number])[] = [
  'today',
  'yesterday',
  'tomorrow',
  ...['last', 'this', 'next'].flatMap((which) =>
    ['week', 'month', 'year', 'fiscal-year'].map((unit) => `${which} ${unit}`),
  ),
]
  .map((word): [string, string, number] => [word, word.replaceAll(' ', '-'), 0])
  .concat([
    ['this-quarter', 'this-fiscal-period', 0],
    ['last quarter', 'last-fiscal-period', 0],
    ['last 30 days', 'last-x-days', 30],
    ['next-7-days', 'next-x-days', 7],
    ['past 2 weeks', 'last-x-weeks', 2],
    ['previous month', 'last-month', 0],
    ['current_quarter', 'this-fiscal-period', 0],
    ['last 3 months', 'last-x-months', 3],
    ['next 1 year', 'next-x-years', 1],
    ['last 5 hours', 'last-x-hours', 5],
    ['next 2 quarters', 'next-x-fiscal-periods', 2],
  ])

const SAYS: Readonly<Record<string, (at: number, window: Required<Window>) => boolean>> = {
  lt: (at, { from }) => at < from,
  le: (at, { to }) => at < to,
  gt: (at, { to }) => at >= to,
  ge: (at, { from }) => at >= from,
  between: (at, { from, to }) => at >= from && at < to,
}

function holds(meaning: Meaning, at: number, zone: string): boolean {
  if ('parts' in meaning) return meaning.kind === 'and' && meaning.parts.every((part) => holds(part, at, zone))
  const [value = ''] = meaning.values
  const moment = value.includes('T') ? Date.parse(value) : startOfDay(value, zone)
  switch (meaning.operator) {
    case 'lt':
      return at < moment
    case 'ge':
    case 'on-or-after':
      return at >= moment
    case 'on-or-before':
      return at < startOfDay(addDays(value, 1), zone)
    default:
      throw new Error('no rule')
  }
}

describe.each(CLOCKS.map((clock) => [new Date(clock.now).toISOString(), clock.zone, clock] as const))(
  'at %s in %s',
  (_time, zone, clock) => {
    test.each(WORDS)('%s', async (word, operator, count) => {
      const { from = NaN, to = NaN } = relativeWindow(operator, count, new Date(clock.now), zone) ?? {}
      for (const [name, says] of Object.entries(SAYS)) {
        const values = name === 'between' ? [word, word] : [word]
        const { meaning } = await ask('createdon', name, values, { clock })
        for (const at of [from - 1000, from, to - 1000, to])
          expect([name, at, holds(meaning, at, zone)]).toEqual([name, at, says(at, { from, to })])
      }
      expect(await read('createdon', 'eq', [word], { clock })).toBe([operator, ...(count ? [count] : [])].join(' '))
    })
  },
)
