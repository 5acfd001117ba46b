// Not in a bare npm test: grades the right answer and its neighbours for each question and person.
import { afterAll, describe, expect, test } from '@jest/globals'

import { type Expected, rightAnswer } from '../expected.ts'
import { askersOf, type Persona, type Question, type Unit } from '../question.ts'
import { QUESTIONS } from '../questions/all.ts'
import { openOracle } from '../world.ts'
import { grade } from './grade.ts'

const oracle = openOracle()
afterAll(() => oracle.close())

type Numeric = Extract<Expected, { kind: 'number' }>
/** A number with its unit, as people write it. */
const UNITS: Readonly<Record<Unit | 'none', (text: string) => string>> = {
  none: (text) => text,
  GBP: (text) => `£${text}`,
  EUR: (text) => `€${text}`,
  '%': (text) => `${text}%`,
  days: (text) => `${text} days`,
  times: (text) => `${text} to 1`,
}
/** The same number of something else. */
const OTHER_UNITS: Readonly<Record<Unit | 'none', (text: string) => string>> = {
  none: (text) => `${text}%`,
  GBP: (text) => `€${text}`,
  EUR: (text) => `£${text}`,
  '%': (text) => `£${text}`,
  days: (text) => `${text} weeks`,
  times: (text) => `${text}%`,
}

function amount({ value, unit, within }: Numeric, off = 0, units = UNITS): string {
  const rounded =
    within < 0.01 ? Math.round(value * 100) / 100 : within < 0.1 ? Math.round(value * 10) / 10 : Math.round(value)
  const text = (rounded + off).toLocaleString('en', { maximumFractionDigits: 2 })
  return units[unit ?? 'none'](text)
}

/** The right answer as somebody who knows it would write it. */
function written(expected: Expected): string {
  switch (expected.kind) {
    case 'number':
      return `Answer: ${amount(expected)}`
    case 'list':
      return `Here they are.\n\nAnswer:\n${expected.names.map(({ name }) => `- ${name}`).join('\n')}`
    case 'one of':
      return `Answer: ${expected.names[0] ?? ''}`
    case 'date':
      return `Answer: ${expected.day}`
    case 'yes/no':
      return `Answer: ${expected.yes ? 'yes' : 'no'}`
    case 'none':
      return 'Answer: none'
    case 'no access':
      return 'You do not have access to that.\nAnswer: none'
    case 'decline':
      return 'I can only read, so I cannot do that.'
    case 'ambiguous': {
      const [first] = expected.readings
      return first ? `Read as: ${first.named.join(', ')}.\n${written(first.expected)}` : ''
    }
  }
}

/** Answers that differ from the right one in one thing. */
function misses(expected: Expected): string[] {
  switch (expected.kind) {
    case 'number':
      return [
        `Answer: ${amount(expected, 1)}`,
        `Answer: ${amount(expected, -1)}`,
        `Answer: ${amount(expected, 0, OTHER_UNITS)}`,
        'Answer: none',
      ]
    case 'list': {
      const names = [...new Set(expected.names.map(({ name }) => name))]
      const other = expected.known.find((name) => !names.includes(name)) ?? ''
      const swapped = expected.ordered ? [`Answer: ${names.toReversed().join('; ')}`] : []
      return [`Answer: ${names.slice(1).join('; ')}`, `Answer: ${[...names, other].join('; ')}`, ...swapped]
    }
    case 'one of': {
      const other = expected.known.find((name) => !expected.names.includes(name)) ?? ''
      return [`Answer: ${other}`, `Answer: ${expected.names[0] ?? ''} and ${other}`]
    }
    case 'date':
      return ['Answer: 2026-11-24', 'Answer: none']
    case 'yes/no':
      return [`Answer: ${expected.yes ? 'no' : 'yes'}`]
    case 'none':
    case 'no access':
      return [`Answer: ${expected.known[0] ?? '7'}`, 'Answer: 7']
    case 'decline':
      return ['Done. I have updated it.']
    case 'ambiguous':
      return ['Answer: 999,999']
  }
}

const cases = QUESTIONS.flatMap((one) => askersOf(one).map((persona) => [one.id, persona, one] as const))

describe('of every question', () => {
  test.each(cases)(
    '%s, asked by the %s, the right answer is right and its neighbours are wrong',
    (_id, persona, one) => {
      const expected = rightAnswer(oracle, persona, one)
      expect([written(expected), grade(expected, written(expected))]).toEqual([written(expected), { verdict: 'right' }])
      for (const miss of misses(expected)) expect([miss, grade(expected, miss).verdict]).toEqual([miss, 'wrong'])
    },
  )

  test('what is right for somebody else is wrong, wherever it differs', () => {
    const pairs = QUESTIONS.filter(({ kind }) => kind === 'number' || kind === 'list' || kind === 'one of').flatMap(
      (one) =>
        askersOf(one).flatMap((mine) => askersOf(one).map((other): [Question, Persona, Persona] => [one, mine, other])),
    )
    const differing = pairs.flatMap(([one, mine, other]) => {
      const expected = rightAnswer(oracle, mine, one)
      const theirs = rightAnswer(oracle, other, one)
      if (written(theirs) === written(expected)) return []
      // Of two that tie for one person, the other may see one.
      const shared =
        expected.kind === 'one of' && theirs.kind === 'one of' && expected.names.includes(theirs.names[0] ?? '')
      return shared || expected.kind !== theirs.kind ? [] : [{ one, verdict: grade(expected, written(theirs)).verdict }]
    })
    expect(differing.length).toBeGreaterThanOrEqual(300)
    const passed = differing.filter(({ verdict }) => verdict !== 'wrong').map(({ one }) => one.id)
    expect(passed).toEqual([])
  })
})
