import { describe, expect, test } from '@jest/globals'

import { QueryError } from '../../../../shared/dataverse/errors.ts'
import { printValue } from '../../../../shared/reports/analysis/parse/measure/value.ts'
import { checkCondition, splitCondition } from '../../../../shared/reports/analysis/parse/split-condition.ts'

const split = (text: string): readonly string[] => {
  const { filter, tests } = splitCondition(text)
  return [filter, ...tests.map(({ left, by, right }) => `${printValue(left)} ${by} ${printValue(right)}`)]
}

test.each<readonly [string, readonly string[]]>([
  ['statecode eq 0', ['statecode eq 0']],
  ["name eq 'days(createdon, today) gt 3 and more'", ["name eq 'days(createdon, today) gt 3 and more'"]],
  ['days(createdon, today) gt 90', ['', 'days(createdon, today) gt 90']],
  ['datediff(day, createdon, today) <> 7', ['', 'days(createdon, today) ne 7']],
  ['90 <= days(createdon, now)', ['', '90 le days(createdon, now)']],
  ['hours(createdon, modifiedon) == 2', ['', 'hours(createdon, modifiedon) eq 2']],
  ['statecode eq 0 AND days(a, b) ge 3 and c eq 1', ['statecode eq 0 and c eq 1', 'days(a, b) ge 3']],
  ['x between 1 and 2 and days(a, b) between 3 and 4', ['x between 1 and 2', 'days(a, b) ge 3', 'days(a, b) le 4']],
  ['((days(a, b) lt 3 and (x eq 1 or y eq 2)))', ['(x eq 1 or y eq 2)', 'days(a, b) lt 3']],
  ['(days(a, b) lt 3 && x eq 1) and z eq 5', ['x eq 1 and z eq 5', 'days(a, b) lt 3']],
  ['actualvalue - estimatedvalue gt 0', ['', 'actualvalue - estimatedvalue gt 0']],
  ['days(a, b) gt days(a, c) / 2', ['', 'days(a, b) gt days(a, c) / 2']],
])('%s is split into what Dataverse tests and what is tested here', (text, parts) => {
  expect(split(text)).toEqual(parts)
  expect(() => checkCondition(text)).not.toThrow()
})

describe('what cannot be split is left whole, to be refused', () => {
  test.each([
    'x eq 1 or days(a, b) gt 3',
    'x eq 1 or y eq 2 and days(a, b) gt 3',
    'createdon eq this-year-or-last',
    'not days(a, b) gt 3',
    '(days(a, b) gt 3 or x eq 1) and y eq 2',
    'days(a, b) gt',
    'days(a, b) contains 3',
    'days(a, b) gt 3 4',
    'days(today, now) gt 3',
    '',
  ])('%s', (text) => {
    expect(splitCondition(text)).toEqual({ filter: text, tests: [] })
    expect(() => checkCondition(text)).toThrow(QueryError)
  })
})

test('long conditions full of brackets are read in no time', () => {
  const started = process.cpuUsage()
  for (const one of ['(', '((a and ', 'days(', 'days(a, b) gt 3 and ', "'", ') and ('])
    splitCondition(one.repeat(8_000 / one.length))
  for (const one of ['(', '(a and ', 'days(a, b) gt 3 and ']) splitCondition(one.repeat(2_000 / one.length))
  splitCondition(`${'('.repeat(990)}days(a, b) gt 3${')'.repeat(990)}`)
  expect(process.cpuUsage(started).user).toBeLessThan(2_000_000)
})
