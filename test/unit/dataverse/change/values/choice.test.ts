import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Scalar } from '../../../../../shared/dataverse/change/model.ts'
import {
  nameOf,
  readChoice,
  readChoices,
  readYes,
  yesName,
} from '../../../../../shared/dataverse/change/values/choice.ts'
import { wireValueOf } from '../../../../../shared/dataverse/change/values/wire-value.ts'
import type { Option } from '../../../../../shared/dataverse/metadata/model.ts'
import { clockIn, columnOf, offered, outcomeOf, said } from './support.ts'

const option = (value: number, label: string): Option => ({ value, label })
const RATING = columnOf('Picklist', [
  option(1, 'Hot'),
  option(2, 'Lauwarm'),
  option(3, 'Cold'),
  option(4, 'Same'),
  option(5, 'same '),
  option(6, '3'),
  option(7, 'Ärger'),
  option(8, 'Secret\u200b'),
])
const INTERESTS = columnOf('MultiSelectPicklist', [
  option(9, 'Rowing'),
  option(1, 'Sailing'),
  option(3, 'Model; Sailing'),
  option(4, 'A, B'),
])
const CLOCK = { rules: undefined, clock: clockIn('Europe/London') }

describe('a choice', () => {
  test.each<[Exclude<Scalar, null>, unknown]>([
    ['hot', 1],
    [' COLD ', 3],
    [2, 2],
    ['2', 2],
    ['arger', 7],
    ['3', 3],
    [6, 6],
    ['Same', 'ambiguous_option'],
    ['Warm', 'unknown_option'],
    ['', 'unknown_option'],
    [9, 'unknown_option'],
    [1.5, 'unknown_option'],
    [true, 'unknown_option'],
  ])('%j is %j', (to, expected) => {
    const outcome = outcomeOf((place) => readChoice(to, RATING, place).value)
    expect(said(outcome)).toBe(expected)
    if (!outcome.problem) return
    expect(offered(outcome).length).toBeGreaterThan(0)
    for (const value of offered(outcome))
      expect(outcomeOf((place) => readChoice(value ?? '', RATING, place)).problem).toBeUndefined()
  })

  test('is called so that its own name leads back to it, and never by what nobody sees', () => {
    for (const one of RATING.options ?? []) {
      const to = nameOf(one, RATING)
      expect([to, wireValueOf(RATING, { to }, CLOCK)]).toEqual([to, one.value])
    }
    expect((RATING.options ?? []).map((one) => nameOf(one, RATING))).toEqual([
      ...['Hot', 'Lauwarm', 'Cold', '4', '5', '6', 'Ärger', '8'],
    ])
  })
})

describe('several choices', () => {
  test.each<[Exclude<Scalar, null>, unknown]>([
    ['Sailing; rowing', '1,9'],
    ['rowing, Sailing', '1,9'],
    ['9;1;9', '1,9'],
    ['Rowing', '9'],
    [9, '9'],
    ['Model; Sailing', '3'],
    ['A, B', '4'],
    ['Sailing; Swimming', 'unknown_option'],
    [';', 'unknown_option'],
  ])('%j is %j', (to, expected) => {
    const outcome = outcomeOf((place) =>
      readChoices(to, INTERESTS, place)
        .map((one) => nameOf(one, INTERESTS, true))
        .join('; '),
    )
    const wire = outcome.problem ? outcome.problem.code : wireValueOf(INTERESTS, { to: String(outcome.value) }, CLOCK)
    expect(wire).toBe(expected)
  })

  test('every set leads back to itself', () => {
    fc.assert(
      fc.property(fc.subarray([...(INTERESTS.options ?? [])], { minLength: 1 }), (some) => {
        const to = some.map((one) => nameOf(one, INTERESTS, true)).join('; ')
        const values = some.map(({ value }) => value).sort((a, b) => a - b)
        return wireValueOf(INTERESTS, { to }, CLOCK) === values.join(',')
      }),
    )
  })

  test('of more than Dataverse keeps', () => {
    const column = columnOf(
      'MultiSelectPicklist',
      Array.from({ length: 151 }, (_one, at) => option(at, `L${at}`)),
    )
    const all = (column.options ?? []).map(({ label }) => label)
    expect(said(outcomeOf((place) => readChoices(all.join(';'), column, place)))).toBe('out_of_range')
    expect(said(outcomeOf((place) => readChoices(all.slice(1).join(';'), column, place).length))).toBe(150)
  })
})

describe('yes and no', () => {
  const MAILS = columnOf('Boolean', [option(0, 'Allow'), option(1, 'Do Not Allow')])
  const TURNED = columnOf('Boolean', [option(0, 'Yes'), option(1, 'No')])
  test.each<[typeof MAILS, Exclude<Scalar, null>, unknown]>([
    [MAILS, true, true],
    [MAILS, 'do not allow', true],
    [MAILS, 'Allow', false],
    [MAILS, 0, false],
    [MAILS, 'no', false],
    [MAILS, 'perhaps', 'unknown_option'],
    [MAILS, 2, 'unknown_option'],
    [TURNED, 'Yes', false],
    [TURNED, true, true],
    [TURNED, 'true', true],
  ])('%#: %j', (column, to, expected) => {
    const outcome = outcomeOf((place) => readYes(to, column, place))
    expect(said(outcome)).toBe(expected)
    for (const value of offered(outcome)) expect(typeof value).toBe('boolean')
  })

  test.each([MAILS, TURNED, columnOf('Boolean', []), columnOf('Boolean', [option(0, 'true'), option(1, 'false')])])(
    'is called so that its own name leads back to it',
    (column) => {
      for (const value of [true, false]) expect(wireValueOf(column, { to: yesName(value, column) }, CLOCK)).toBe(value)
    },
  )
})
