import { expect, test } from '@jest/globals'
import { findOperator } from '../../../../../shared/dataverse/query/model/operator-words.ts'
import { OPERATORS } from '../../../../../shared/dataverse/query/model/operators.ts'
import { nearest } from '../../../../../shared/dataverse/advice/suggest.ts'

test('every operator is found by its own name, in any case', () => {
  const names = [...OPERATORS.keys()]
  expect(new Set(names).size).toBe(names.length)
  expect(names.map((name) => findOperator(` ${name.toUpperCase()} `)?.operator.name)).toEqual(names)
})

test.each([
  ['=', 'eq'],
  ['==', 'eq'],
  ['equals', 'eq'],
  ['EQ', 'eq'],
  ['is', 'eq'],
  ['!=', 'ne'],
  ['<>', 'ne'],
  ['not-equals', 'ne'],
  ['>', 'gt'],
  ['>=', 'ge'],
  ['gte', 'ge'],
  ['<=', 'le'],
  ['less-than', 'lt'],
  ['is-null', 'null'],
  ['isnull', 'null'],
  ['IS NOT NULL', 'not-null'],
  ['notnull', 'not-null'],
  ['notin', 'not-in'],
  ['not_like', 'not-like'],
  ['startswith', 'begins-with'],
  ['begin-with', 'begins-with'],
  ['endsWith', 'ends-with'],
  ['includes', 'contains'],
  ['does-not-contain', 'not-contains'],
  ['lastxdays', 'last-x-days'],
  ['last_x_days', 'last-x-days'],
  ['thismonth', 'this-month'],
  ['this month', 'this-month'],
  ['on-or-later', 'on-or-after'],
  ['eq-current-user', 'eq-userid'],
  ['contains-values', 'contain-values'],
])('%s is %s', (spelt, meant) => {
  expect(findOperator(spelt)).toEqual({ operator: expect.objectContaining({ name: meant }) })
})

test.each([
  ['last-30-days', 'last-x-days', '30'],
  ['last7days', 'last-x-days', '7'],
  ['past 48 hours', 'last-x-hours', '48'],
  ['next 2 weeks', 'next-x-weeks', '2'],
  ['older-than-6-months', 'olderthan-x-months', '6'],
])('%s is %s of %s', (spelt, meant, count) => {
  expect(findOperator(spelt)).toEqual({ operator: expect.objectContaining({ name: meant }), count })
})

test.each([
  ['likes', 'like'],
  ['this-months', 'this-month'],
])('%s is none, but near %s', (spelt, near) => {
  expect(findOperator(spelt)).toBeUndefined()
  expect(nearest(spelt, OPERATORS.keys())).toContain(near)
})

test.each(['equalz', 'frobnicate', 'constructor', '__proto__', 'last-123456-days', ''])('%j is none', (spelt) => {
  expect(findOperator(spelt)).toBeUndefined()
})
