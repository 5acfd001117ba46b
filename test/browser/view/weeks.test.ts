import { expect, test } from '@jest/globals'
import { periodOf } from '../../../shared/mcp/app/draw/period.ts'
import { talkFor } from '../../../shared/mcp/app/words/words.ts'
import { daysOfKey } from '../../../shared/reports/analysis/behind/days-of-key.ts'

const DAY_MS = 86_400_000
const YEARS = Array.from({ length: 28 }, (_one, at) => 2010 + at)
const two = (value: number): string => String(value).padStart(2, '0')

test('the weeks of a line stand where the days of their rows begin, each after the other', () => {
  const keys = YEARS.flatMap((year) => Array.from({ length: 54 }, (_one, at) => `${year}-W${two(at + 1)}`))
  const weeks = keys.flatMap((key) => {
    const [first = '', last = ''] = daysOfKey('week', key) ?? []
    return first <= last ? [{ key, first: Date.parse(first), last: Date.parse(last) }] : []
  })
  const talk = talkFor('en')
  expect(weeks.map(({ key }) => periodOf('time', key, talk)?.time)).toEqual(weeks.map(({ first }) => first))
  // Without a gap and without a day in two of them.
  expect(weeks.slice(1).filter(({ first }, at) => first !== weeks[at]!.last + DAY_MS)).toEqual([])
})
