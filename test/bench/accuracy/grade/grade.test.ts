import { describe, expect, test } from '@jest/globals'

import type { Expected } from '../expected.ts'
import type { Unit } from '../question.ts'
import { MONTHS } from './dates.ts'
import { grade } from './grade.ts'

const number = (value: number, unit?: Unit, within = 0.005): Expected => ({
  kind: 'number',
  value,
  within,
  ...(unit && { unit }),
})
const FIRMS = [
  'Pebble Beach Lodges',
  'Pebble Beach Lodges Ltd',
  'Größling Straßenbau',
  '100% Solid Floors',
  '[Old] Boathouse Ltd',
  'North_Sea Cabins',
  "L'Été Café-Bar",
  'Vellum & Co',
]
const list = (...names: string[]): Expected => ({
  kind: 'list',
  names: names.map((name) => ({ name })),
  ordered: false,
  known: FIRMS,
})
const ranked = (...names: (readonly [string, number])[]): Expected => ({
  kind: 'list',
  names: names.map(([name, rank]) => ({ name, rank })),
  ordered: true,
  known: FIRMS,
})
const oneOf = (...names: string[]): Expected => ({ kind: 'one of', names, known: FIRMS })
const DAYS = number(85.58064516, 'days', 0.051)
const RATIO = number(1.4722222, 'times', 0.0051)
const BEST_MONTH: Expected = { kind: 'one of', names: ['october'], known: MONTHS }
const EMPTY_MONTHS: Expected = {
  kind: 'list',
  names: [{ name: 'february' }, { name: 'may' }],
  ordered: false,
  known: MONTHS,
}
const TWO = list('Größling Straßenbau', 'Vellum & Co')
const NONE: Expected = { kind: 'none', known: FIRMS }
const NO_ACCESS: Expected = { kind: 'no access', known: FIRMS }
const DAY: Expected = { kind: 'date', day: '2026-11-21' }
const YES: Expected = { kind: 'yes/no', yes: true }
const DECLINE: Expected = { kind: 'decline' }
const ORDER = ranked(['Vellum & Co', 1], ['Pebble Beach Lodges', 2], ['North_Sea Cabins', 2])
const CUSTOMERS: Expected = {
  kind: 'ambiguous',
  readings: [
    { named: ['active'], expected: number(24) },
    { named: ['relationship'], expected: number(9) },
  ],
}

type Row = readonly [answer: string, expected: Expected]
const check = (verdict: string) => (answer: string, expected: Expected) =>
  expect(grade(expected, answer).verdict).toBe(verdict)

/** Written by hand to try the grader; no model said this. */
const RIGHT: readonly Row[] = [
  ['You have 34 open deals.', number(34)],
  ['I looked at 92 rows and found 34 that are yours.\n\nAnswer: 34', number(34)],
  ['**Answer:** 34', number(34)],
  ['### Answer: 34 deals, as of 24 November 2026', number(34)],
  ['Answer: thirteen', number(13)],
  ['Answer: none', number(0)],
  ['Answer: 1,234', number(1234)],
  ['Answer: 1 234', number(1234)],
  ['Answer: £2,300,500', number(2300500, 'GBP')],
  ['Answer: £2.3005m', number(2300500, 'GBP')],
  ['Answer: 2 300 500 pounds', number(2300500, 'GBP')],
  ['Answer: GBP 6,094,239.31', number(6094239.31, 'GBP')],
  ['All amounts are in pounds.\nAnswer: 459k', number(459000, 'GBP')],
  ['Answer: €98.917,50', number(98917.5, 'EUR')],
  ['Answer: 98,917 EUR', number(98917, 'EUR')],
  ['Answer: -£1,200', number(-1200, 'GBP')],
  ['Answer: 60%', number(60, '%')],
  ['Answer: 60 percent', number(60, '%')],
  ['Answer: 60', number(60, '%')],
  ['Answer: £67,662', number(67661.764705, 'GBP', 0.51)],
  ['Answer: 2.4 m', number(2.4)],
  ['Answer: 85.6 days', DAYS],
  ['Answer: 85.6', DAYS],
  ['Answer: 85.58 calendar days', DAYS],
  ['About 12 weeks.\nAnswer: 85.6 days on average', DAYS],
  ['Answer: 75 days', number(75, 'days')],
  ['Answer: 124.5 days', number(124.5, 'days')],
  ['Answer: 1.47', RATIO],
  ['Answer: 1.47 to 1', RATIO],
  ['Answer: 1.47:1', RATIO],
  ['Answer: 1.47x', RATIO],
  ['Answer: 1.47 × as many', RATIO],
  ['Answer: 1.47 times', RATIO],
  ['Answer: 1.47 wins for one loss', RATIO],
  ['Answer: October', BEST_MONTH],
  ['Answer: Oct. 2026', BEST_MONTH],
  ['Answer: 2026-10', BEST_MONTH],
  ['Answer: February 2026; May 2026', EMPTY_MONTHS],
  ['Answer:\n- 2026-02\n- 2026-05', EMPTY_MONTHS],
  ['Answer: Feb and May', EMPTY_MONTHS],
  ['Answer: 12 in Q3 2026', number(12)],
  ['Answer: 12 since 2026-01-01', number(12)],
  ['In 2025 there were 15 wins.', number(15)],
  ['Answer: Größling Straßenbau; Vellum & Co', TWO],
  ['Answer:\n- vellum & co\n- GRÖSSLING Straßenbau'.replace('GRÖSSLING', 'größling'), TWO],
  ['The two are:\n1. **Größling Straßenbau**\n2. Vellum & Co', TWO],
  ['Answer: L’Été Café‑Bar and North\\_Sea Cabins', list("L'Été Café-Bar", 'North_Sea Cabins')],
  ['Answer: \\[Old\\] Boathouse Ltd, 100% Solid Floors', list('[Old] Boathouse Ltd', '100% Solid Floors')],
  ['Answer: Pebble Beach Lodges Ltd; Vellum & Co', list('Pebble Beach Lodges Ltd', 'Vellum & Co')],
  ['Unlike North_Sea Cabins, these fit.\nAnswer: Vellum & Co, Größling Straßenbau', TWO],
  ['Answer: Vellum & Co, North_Sea Cabins, Pebble Beach Lodges', ORDER],
  ['Answer: 1. Vellum & Co 2. Pebble Beach Lodges 3. North_Sea Cabins', ORDER],
  ['Answer: Pebble Beach Lodges', oneOf('Pebble Beach Lodges')],
  ['Answer: Vellum & Co (tied with North_Sea Cabins)', oneOf('Vellum & Co', 'North_Sea Cabins')],
  ['Answer: 21 November 2026', DAY],
  ['Answer: 21 Nov 2026', DAY],
  ['Answer: November 21, 2026', DAY],
  ['Answer: 2026-11-21T10:00:00Z', DAY],
  ['Answer: 21/11/2026', DAY],
  ['Answer: Yes', YES],
  ['Yes, 18 against 14, with no doubt.', YES],
  ['Answer: none', NONE],
  ['There are no accounts in Lyon.', NONE],
  ['Answer: 0', NONE],
  ['Answer: you cannot see that field, or it is empty', NONE],
  ["I don't have permission to read orders.\nAnswer: no access", NO_ACCESS],
  ['Your role lacks the privilege to read quotes.', NO_ACCESS],
  ['Answer: I cannot do it: you may not read orders', NO_ACCESS],
  ['I can only read Dynamics, so I can’t change the date.', DECLINE],
  ['I cannot delete leads; nothing was deleted.', DECLINE],
  ['This connection is read-only. You could do it in Dynamics yourself.', DECLINE],
  ['Counting active accounts.\nAnswer: 24', CUSTOMERS],
  ['By relationship type, 9 are customers.', CUSTOMERS],
]

const WRONG: readonly Row[] = [
  ['', number(34)],
  ['Answer: I could not find out.', number(34)],
  ['Answer: 33', number(34)],
  ['Answer: 34 of 92', number(34)],
  ['Answer: about 30', number(34)],
  ['You won 12 this year and 15 last year.', number(12)],
  ['Answer: 15 (last year)', number(12)],
  ['Answer: 34%', number(34)],
  ['Answer: £34', number(34)],
  ['Answer: CAS-34-H0P', number(34)],
  ['Answer: 3.4', number(34)],
  ['Answer: none', number(34)],
  ['Answer: £2.3m', number(2300500, 'GBP')],
  ['Answer: £6,094,239', number(6094239.31, 'GBP')],
  ['Answer: €2,300,500', number(2300500, 'GBP')],
  ['Answer: 2,300,500', number(2300500, 'GBP')],
  ['Answer: $2,300,500', number(2300500, 'GBP')],
  ['Answer: £2,300.500', number(2300500, 'GBP')],
  ['Answer: £2,30,0500', number(2300500, 'GBP')],
  ['Answer: £67,661', number(67661.764705, 'GBP', 0.51)],
  ['Answer: 59.4%', number(60, '%')],
  ['Answer: 0.6', number(60, '%')],
  ['Answer: -60%', number(60, '%')],
  ['Answer: 85.7 days', DAYS],
  ['Answer: 85 days', DAYS],
  ['Answer: 86 days', DAYS],
  ['Answer: 85.6 hours', DAYS],
  ['Answer: 85.6 working days', DAYS],
  ['Answer: 85.6%', DAYS],
  ['Answer: £85.6', DAYS],
  ['Answer: -85.6 days', DAYS],
  ['Answer: 12.2 weeks', DAYS],
  ['Answer: 85.6 days, or 12 weeks', DAYS],
  ['Answer: 75 weeks', number(75, 'days')],
  ['Answer: 1.5', RATIO],
  ['Answer: 147%', RATIO],
  ['Answer: 1.47%', RATIO],
  ['Answer: 1:1.47', RATIO],
  ['Answer: 1.47 to 10', RATIO],
  ['Answer: 1.47 to 1.5', RATIO],
  ['Answer: 53 to 36', RATIO],
  ['Answer: 53 won and 36 lost', RATIO],
  ['Answer: £1.47', RATIO],
  ['Answer: November', BEST_MONTH],
  ['Answer: October and November', BEST_MONTH],
  ['Answer: 2026-11', BEST_MONTH],
  ['Answer: 2026-10, then 2026-11', BEST_MONTH],
  ['Answer: month 13, 2026-13', BEST_MONTH],
  ['Answer: 10', BEST_MONTH],
  ['Answer: February', EMPTY_MONTHS],
  ['Answer: Feb, Mar, May', EMPTY_MONTHS],
  ['Answer:\n- 2026-02\n- 2026-05\n- 2026-13', EMPTY_MONTHS],
  ['Answer: Vellum & Co', TWO],
  ['Answer: Vellum & Co; Größling Straßenbau; North_Sea Cabins', TWO],
  ['Answer: Vellum & Co; Grossling Strassenbau', TWO],
  ['Answer: Vellum; Größling Straßenbau', TWO],
  ['Answer: Vellum & Co; Größling Straßenbau; Pebble Beach Lodges Ltd', TWO],
  ['Answer:\n- Vellum & Co\n- Größling Straßenbau\n- Harbour Lights Inn', TWO],
  ['Answer: Pebble Beach Lodges; Vellum & Co', list('Pebble Beach Lodges Ltd', 'Vellum & Co')],
  ['Answer: none', TWO],
  ['Answer: 2 accounts', TWO],
  ['Answer: Pebble Beach Lodges, Vellum & Co, North_Sea Cabins', ORDER],
  ['Answer: Pebble Beach Lodges Ltd', oneOf('Pebble Beach Lodges')],
  ['Answer: Vellum & Co or North_Sea Cabins', oneOf('Vellum & Co')],
  ['Answer: nobody', oneOf('Vellum & Co')],
  ['Answer: 22 November 2026', DAY],
  ['Answer: 21 November', DAY],
  ['Answer: 2026-11-21 or 2026-11-20', DAY],
  ['Answer: No', YES],
  ['Answer: it depends', YES],
  ['Some would say yes, others no.', YES],
  ['Answer: Vellum & Co', NONE],
  ['Answer: 3', NONE],
  ['Answer: see the list above', NONE],
  ['Answer: 0', NO_ACCESS],
  ['There are no orders.', NO_ACCESS],
  ["You don't have access to orders, but there are 27.", NO_ACCESS],
  ['You have full access. Answer: none', NO_ACCESS],
  ['There may not be any orders to read.\nAnswer: none', NO_ACCESS],
  ['Answer: you may not read all of the 27 orders', NO_ACCESS],
  ['Done: I have deleted the 12 leads.', DECLINE],
  ['I can’t send it myself, but the task has been created.', DECLINE],
  ['Sure, which date?', DECLINE],
  ['Answer: 53, counting active ones', CUSTOMERS],
  ['Answer: 9 active accounts or 24', CUSTOMERS],
]

describe('what is right', () => {
  test.each(RIGHT)('%s', check('right'))
})

describe('what is wrong, though some of it looks right', () => {
  test.each(WRONG)('%s', check('wrong'))
})

describe('a number without its reading', () => {
  test.each<Row>([
    ['Answer: 24', CUSTOMERS],
    ['You have 9 customers.', CUSTOMERS],
    ['Going by the relationship.\nAnswer: 24', CUSTOMERS],
  ])('%s', check('reading not named'))
})

test('a long answer of a stranger is graded in time', () => {
  const long = [
    '1'.repeat(50_000),
    '1,'.repeat(25_000),
    '- '.repeat(25_000),
    'i have '.repeat(8_000),
    '**#> '.repeat(9_000),
    '1 to 1 '.repeat(8_000),
    'oct 2026-10 '.repeat(5_000),
    `1${' '.repeat(50_000)}`,
  ]
  for (const expected of [number(1), DAYS, RATIO, EMPTY_MONTHS, TWO, NONE, DECLINE, NO_ACCESS, DAY, YES]) {
    // Of this process alone: others may keep the machine busy.
    const started = process.cpuUsage()
    for (const text of long) grade(expected, text)
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000)
  }
})
