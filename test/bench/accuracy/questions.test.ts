// Not in a bare npm test: works out over 800 right answers, twice each; grading stays, in grade/grade.test.ts.
import { afterAll, describe, expect, test } from '@jest/globals'

import { type Expected, rightAnswer } from './expected.ts'
import { type Asked, askersOf, PERSONAS, type Question } from './question.ts'
import { QUESTIONS } from './questions/all.ts'
import { NOW, openOracle } from './world.ts'

const oracle = openOracle()
const evening = openOracle(new Date(NOW.getTime() + 8 * 3_600_000))
afterAll(() => {
  oracle.close()
  evening.close()
})

const askedIn = (question: Question): readonly Asked[] => {
  if (question.kind === 'decline') return []
  return question.kind === 'ambiguous' ? question.readings.map(({ asked }) => asked) : [question]
}

/** Why an answer would tell right from wrong badly; undefined for one that tells. */
function dull(expected: Expected): string | undefined {
  switch (expected.kind) {
    case 'number':
      if (expected.value <= 0) return `it is ${expected.value}`
      return expected.value >= 1990 && expected.value <= 2039 ? 'it reads like a year' : undefined
    case 'list': {
      const { size } = new Set(expected.names.map(({ name }) => name))
      return size < 2 || size > 25 || size >= expected.known.length ? `it has ${size} names` : undefined
    }
    case 'one of': {
      const { length } = expected.names
      return length < 1 || length > 3 || length >= expected.known.length ? `${length} names are right` : undefined
    }
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(expected.day) ? undefined : `it is "${expected.day}"`
    case 'ambiguous':
      return expected.readings.map((reading) => dull(reading.expected)).find((why) => why !== undefined)
    default:
      return undefined
  }
}

const answersOf = (question: Question, from = oracle): Expected[] =>
  askersOf(question).map((persona) => rightAnswer(from, persona, question))

describe('the questions', () => {
  test('are many, and each is asked once', () => {
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(300)
    expect(new Set(QUESTIONS.map(({ id }) => id)).size).toBe(QUESTIONS.length)
    expect(new Set(QUESTIONS.map(({ ask }) => ask.toLowerCase())).size).toBe(QUESTIONS.length)
  })

  test('no two have the same SQL', () => {
    const sql = QUESTIONS.flatMap(askedIn).map((asked) => asked.sql.replaceAll(/\s+/g, ' ').trim())
    expect(sql.filter((text, at) => sql.indexOf(text) !== at)).toEqual([])
  })

  test('each kind and each theme is tried several times', () => {
    const times = (of: 'kind' | 'theme') =>
      [...Map.groupBy(QUESTIONS, (question) => question[of])].map(([name, group]) => ({ name, times: group.length }))
    expect(times('kind').map(({ name }) => name)).toHaveLength(8)
    expect([...times('kind'), ...times('theme')].filter((one) => one.times < 3)).toEqual([])
    expect(times('theme')).toHaveLength(30)
  })

  test('each of the three people asks a hundred or more', () => {
    for (const persona of PERSONAS)
      expect(QUESTIONS.filter((one) => askersOf(one).includes(persona)).length).toBeGreaterThanOrEqual(100)
  })

  test('yes is not always right, and no neither', () => {
    const yes = QUESTIONS.flatMap((one) => answersOf(one)).flatMap((one) => (one.kind === 'yes/no' ? [one.yes] : []))
    expect(yes.filter(Boolean).length).toBeGreaterThanOrEqual(3)
    expect(yes.filter((one) => !one).length).toBeGreaterThanOrEqual(3)
  })

  test('most of them have other answers for other people', () => {
    const shared = QUESTIONS.filter((one) => one.kind !== 'decline' && one.kind !== 'none' && askersOf(one).length > 1)
    const telling = shared.filter((one) => new Set(answersOf(one).map((answer) => JSON.stringify(answer))).size > 1)
    expect(telling.length / shared.length).toBeGreaterThan(0.6)
  })
})

describe('each answer tells right from wrong', () => {
  const cases = QUESTIONS.flatMap((one) => askersOf(one).map((persona) => [one.id, persona, one] as const))

  test.each(cases)('%s, asked by the %s', (_id, persona, question) => {
    const expected = rightAnswer(oracle, persona, question)
    expect(dull(expected)).toBeUndefined()
    if (question.theme !== 'no access') expect(expected.kind).toBe(question.kind)
    // A run takes hours, and the sandbox's clock goes on.
    expect(rightAnswer(evening, persona, question)).toEqual(expected)
  })
})
