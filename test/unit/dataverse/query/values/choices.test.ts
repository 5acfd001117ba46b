import { describe, expect, test } from '@jest/globals'
import type { Column } from '../../../../../shared/dataverse/metadata/model.ts'
import { isLike, likePattern } from '../../../../../shared/dataverse/query/to-wire/like-pattern.ts'
import { OPPORTUNITY, refusal } from '../../support/tables.ts'
import { ask, read } from './asking.ts'

const SIZES: Column = {
  ...OPPORTUNITY.byName.get('salesstage')!,
  name: 'sizes',
  options: [
    { value: 1, label: '1-10' },
    { value: 2, label: '2024' },
    { value: 3, label: '2' },
    { value: 4, label: 'Größe, mittel' },
    { value: 5, label: 'Café' },
  ],
}
const BARE: Column = { ...SIZES, name: 'bare', options: [] }

describe('one choice', () => {
  test.each([
    ['salesstage', 'eq', ['Close'], 'eq 3'],
    ['salesstage', 'eq', ['3'], 'eq 3'],
    ['salesstage', 'in', ['Close', 'qualify', '3'], 'in 3 0'],
    ['salesstage', 'in', ['Close', 'null'], '(null or eq 3)'],
    ['salesstage', 'contain-values', ['Close', 'Develop'], 'in 3 1'],
    ['salesstage', 'gt', ['Develop'], 'gt 1'],
    ['salesstage', 'lt', ['7'], 'lt 7'],
    ['statuscode', 'eq', ['in-progress'], 'eq 1'],
    ['statuscode', 'contains', ['on'], 'in 2 3'],
    ['statuscode', 'begins-with', ['IN'], 'eq 1'],
    ['statuscode', 'ends-with', ['sold'], 'eq 5'],
    ['statuscode', 'like', ['%o_'], 'eq 3'],
    [SIZES, 'eq', ['1-10'], 'eq 1'],
    [SIZES, 'eq', ['2024'], 'eq 2'],
    [SIZES, 'eq', ['2'], 'eq 2'],
    [SIZES, 'eq', ['grosse, mittel'], 'eq 4'],
    [SIZES, 'eq', ['CAFE'], 'eq 5'],
    [BARE, 'eq', ['100000001'], 'eq 100000001'],
  ])('%p %s %j', async (column, operator, values, meaning) =>
    expect(await read(column, operator, values)).toBe(meaning),
  )

  test.each([
    ['salesstage', 'eq', ['Closed'], 'Did you mean: Close?'],
    ['salesstage', 'eq', ['9'], '0 Qualify'],
    ['statuscode', 'contains', ['zzz'], '1 In Progress'],
    ['statuscode', 'eq', ['Open'], "statecode; write: statecode eq 'Open'"],
    ['statecode', 'eq', ['On Hold'], "statuscode; write: statuscode eq 'On Hold'"],
    [BARE, 'eq', ['Close'], 'get_entity_metadata'],
  ])('%p %s %j is unknown', async (column, operator, values, step) => {
    const { code, nextStep } = await refusal(() => read(column, operator, values))
    expect([code, nextStep]).toEqual(['unknown_option', expect.stringContaining(step)])
  })

  test('a label and a value need no word, where they cannot be taken for each other', async () => {
    expect((await ask('salesstage', 'eq', ['Close'])).notes).toEqual([])
    expect((await ask('salesstage', 'eq', ['3'])).notes).toEqual([])
  })
})

describe('several choices', () => {
  test.each([
    ['eq', ['Sailing'], 'eq 1'],
    ['eq', ['Rowing; Sailing'], 'eq 1,2'],
    ['eq', ['2,1'], 'eq 1,2'],
    ['in', ['Sailing', 'Rowing, Sailing'], 'in 1 1,2'],
    ['contain-values', ['Sailing; Rowing', '3'], 'contain-values 1 2 3'],
    ['contains', ['sailing'], 'contain-values 1 3'],
    ['eq', [''], 'null'],
  ])('interests %s %j', async (operator, values, meaning) =>
    expect(await read('interests', operator, values)).toBe(meaning),
  )

  test('of which eq names the operator for one among others', async () => {
    expect((await ask('interests', 'eq', ['1'], { notation: 'fetchxml' })).notes.join()).toContain('contain-values')
    expect((await refusal(() => read('interests', 'gt', ['1']))).code).toBe('invalid_operator')
  })
})

describe('yes or no', () => {
  test.each([
    ['decisionmaker', ['true'], 'eq 1'],
    ['decisionmaker', ['0'], 'eq 0'],
    ['decisionmaker', ['y'], 'eq 1'],
    ['decisionmaker', ['off'], 'eq 0'],
    ['decisionmaker', ['yes', 'no'], 'in 1 0'],
    ['captureproposalfeedback', ['Yes'], 'eq 0'],
    ['captureproposalfeedback', ['No'], 'eq 1'],
    ['captureproposalfeedback', ['true'], 'eq 1'],
    ['captureproposalfeedback', ['1'], 'eq 1'],
    ['decisionmaker', ['null'], 'null'],
  ])('%s %j', async (column, values, meaning) =>
    expect(await read(column, values.length > 1 ? 'in' : 'eq', values)).toBe(meaning),
  )

  test('is refused', async () => {
    expect((await refusal(() => read('decisionmaker', 'eq', ['maybe']))).code).toBe('unknown_option')
    expect((await refusal(() => read('decisionmaker', 'gt', ['0']))).code).toBe('invalid_operator')
  })
})

describe('text', () => {
  test.each([
    ['eq', ['today'], 'eq today'],
    ['eq', ['null'], 'eq null'],
    ['eq', [''], 'null'],
    ['in', ['a', 'B', 'a'], 'in a B'],
    ['in', ['a', ''], '(null or eq a)'],
    ['gt', ['100'], 'gt 100'],
    ['contains', ['100%_[x]'], 'like %100[%][_][[]x]%'],
    ['begins-with', ['a'], 'like a%'],
    ['ends-with', ['a'], 'like %a'],
    ['like', ['a%b_'], 'like a%b_'],
  ])('name %s %j', async (operator, values, meaning) => expect(await read('name', operator, values)).toBe(meaning))

  test('that asks for nothing', async () => {
    expect((await refusal(() => read('name', 'contains', ['']))).code).toBe('invalid_value')
    expect((await ask('name', 'eq', [''])).notes).toEqual([expect.stringContaining('the empty text was read as null')])
    expect((await ask('name', 'like', ['abc'])).notes).toEqual([expect.stringContaining('has no %')])
  })

  test.each([
    ['50% off', likePattern('contains', '0% o'), true],
    ['500 off', likePattern('contains', '0% o'), false],
    ['Café', 'cafe', true],
    ['Straße', '%strasse', true],
    ['abcabd', '%ab_', true],
    ['abc', 'ab', false],
    ['b1', '[a-c]_', true],
    ['d1', '[^a-c]_', true],
    ['b1', '[^a-c]_', false],
    ['', '%', true],
  ])('%s like %s: %p', (text, pattern, holds) => expect(isLike(text, pattern)).toBe(holds))
})
