import { describe, expect, test } from '@jest/globals'
import { read } from './print-tree.ts'

const ID = '11111111-2222-4333-8444-555555555555'
const CRM = 'Microsoft.Dynamics.CRM.'

describe('what OData says is read without a word', () => {
  test.each([
    ['statecode eq 0', 'statecode eq <0>'],
    ["name eq 'O''Brien & Sons'", "name eq <O'Brien & Sons>"],
    ["name eq ''", 'name eq <>'],
    ["name eq 'null'", 'name eq <null>'],
    ['description eq null', 'description null'],
    ['description ne null', 'description not-null'],
    ['decisionmaker eq true', 'decisionmaker eq <true>'],
    ['isdisabled', 'isdisabled eq <true>'],
    [
      'estimatedvalue gt 10000.5 and estimatedvalue le 2000000',
      'estimatedvalue gt <10000.5> & estimatedvalue le <2000000>',
    ],
    [`_ownerid_value eq ${ID}`, `_ownerid_value eq <${ID}>`],
    [`parentaccountid/accountid eq ${ID}`, `parentaccountid/accountid eq <${ID}>`],
    ["a/b/c/fullname eq 'x'", 'a/b/c/fullname eq <x>'],
    ['actualvalue lt estimatedvalue', 'actualvalue lt ?estimatedvalue'],
    ['a/x ne b/y', 'a/x ne ?b/y'],
    ['statuscode eq Won', 'statuscode eq ?Won'],
    ['10 lt estimatedvalue', 'estimatedvalue gt <10>'],
    [
      "contains(name,'a%') or startswith(name,'b') or endswith(name,'c')",
      'name contains <a%> | name begins-with <b> | name ends-with <c>',
    ],
    ['contains(name,5)', 'name contains <5>'],
    ['statuscode in (1, 2,Won)', 'statuscode in <1><2><Won>'],
    ['statuscode in (1)', 'statuscode in <1>'],
    ['statuscode not in (1,2)', 'statuscode not-in <1><2>'],
    ["salesstage in ('Close', null)", 'salesstage in <Close> | salesstage null'],
    ['salesstage not in (1,null) or x eq 1', 'x eq <1> | (salesstage not-in <1> & salesstage not-null)'],
    ['salesstage in (null)', 'salesstage null'],
    ['estimatedvalue between 5 and 10', 'estimatedvalue between <5><10>'],
    ['createdon between today and tomorrow', 'createdon between <today><tomorrow>'],
    ["name like 'a%b_'", 'name like <a%b_>'],
  ])('%s', (text, tree) => expect(read(text)).toEqual({ tree, said: '' }))
})

describe('and, or, not', () => {
  test.each([
    ['a eq 1 and b eq 2 and c eq 3', 'a eq <1> & b eq <2> & c eq <3>'],
    ['a eq 1 and (b eq 2 and c eq 3)', 'a eq <1> & b eq <2> & c eq <3>'],
    ['a eq 1 or b eq 2 and c eq 3', 'a eq <1> | (b eq <2> & c eq <3>)'],
    ['(a eq 1 or b eq 2) and c eq 3', 'c eq <3> & (a eq <1> | b eq <2>)'],
    ['((a eq 1))', 'a eq <1>'],
    ['not a eq 1 and b eq 2', 'b eq <2> & not(a eq <1>)'],
    ['not (a eq 1 and b eq 2)', 'not(a eq <1> & b eq <2>)'],
    ['not (a eq 1 or b eq 2)', 'not((a eq <1> | b eq <2>))'],
    ['not (not (a eq 1 or b eq 2))', 'a eq <1> | b eq <2>'],
    ['not not not a eq 1', 'not(a eq <1>)'],
    ['not (a ge 50000) or not b', 'not(a ge <50000>) | not(b eq <true>)'],
    ['(a) eq 1 and ((b)) and not (c)', 'a eq <1> & b eq <true> & not(c eq <true>)'],
    ["not contains(name,'a')", 'not(name contains <a>)'],
    ["contains(name,'a') eq false", 'not(name contains <a>)'],
    ["not contains(name,'a') ne false", 'not(name contains <a>)'],
  ])('%s', (text, tree) => expect(read(text).tree).toBe(tree))
})

describe('a collection is a link of a filter', () => {
  test.each([
    ['tasks/any()', 'any tasks{}'],
    ['tasks/any(t:t/statecode eq 0)', 'any tasks{statecode eq <0>}'],
    ['tasks/any(t:t/a eq t/b and t/c eq Open)', 'any tasks{a eq ?b & c eq ?Open}'],
    ['tasks/all(t:t/a eq 1 or t/b eq 2)', 'not any tasks{not((a eq <1> | b eq <2>))}'],
    ['tasks/all(t:not (t/a eq 1))', 'not any tasks{a eq <1>}'],
    ['not tasks/any(t:t/a eq 1)', 'not(any tasks{a eq <1>})'],
    ['not tasks/any() and name eq 1', 'name eq <1> & not(any tasks{})'],
    ['account/tasks/any(t:t/a eq 1)', 'any account{any tasks{a eq <1>}}'],
    ['account/tasks/all(t:t/a eq 1)', 'not any account{any tasks{not(a eq <1>)}}'],
    ['tasks/any(t:t/notes/any(n:n/a eq 1) and t/b eq 2)', 'any tasks{b eq <2> & any notes{a eq <1>}}'],
    ['tasks/any(t:t/ownerid/fullname eq 1)', 'any tasks{ownerid/fullname eq <1>}'],
    ['tasks/any(t:t/owner/notes/any())', 'any tasks{any owner{any notes{}}}'],
    ["tasks/any(t:contains(t/subject,'x'))", 'any tasks{subject contains <x>}'],
    [
      `tasks/any(t:${CRM}LastXDays(PropertyName='t/createdon',PropertyValue=7))`,
      'any tasks{createdon last-x-days <7>}',
    ],
    [`tasks/any(t:${CRM}EqualUserId(PropertyName='ownerid'))`, 'any tasks{ownerid eq-userid}'],
    ['tasks/any(t:t/a eq 1) or tasks/any(t:t/b eq 2)', 'any tasks{a eq <1>} | any tasks{b eq <2>}'],
    ['tasks/any(t:t/a eq 1) and t/b eq 2', 't/b eq <2> & any tasks{a eq <1>}'],
  ])('%s', (text, tree) => expect(read(text)).toEqual({ tree, said: '' }))

  test('a name without the variable is one of the collection, which is said', () => {
    expect(read('tasks/any(t:statecode eq 0 and notes/any())')).toEqual({
      tree: 'any tasks{statecode eq <0> & any notes{}}',
      said: '"statecode" was read as t/statecode.\n"notes" was read as t/notes.',
    })
  })
})

describe('a function of Dataverse is an operator', () => {
  test.each([
    [`${CRM}ThisMonth(PropertyName='estimatedclosedate')`, 'estimatedclosedate this-month'],
    [`${CRM}LastXDays(PropertyName='account/createdon',PropertyValue=30)`, 'account/createdon last-x-days <30>'],
    [`${CRM}EqualUserOrUserTeams(PropertyName='ownerid')`, 'ownerid eq-useroruserteams'],
    [`${CRM}In(PropertyName='statuscode',PropertyValues=["1","Won"])`, 'statuscode in <1><Won>'],
    [`${CRM}NotBetween(PropertyName='x',PropertyValues=["1","2"])`, 'x not-between <1><2>'],
    [
      `${CRM}DoesNotContainValues(PropertyName='interests',PropertyValues=["1","2"])`,
      'interests not-contain-values <1><2>',
    ],
    [
      `${CRM}InFiscalPeriodAndYear(PropertyName='x',PropertyValue1=1,PropertyValue2=2026)`,
      'x in-fiscal-period-and-year <1><2026>',
    ],
    [`${CRM}Under(PropertyName='parentaccountid',PropertyValue='${ID}')`, `parentaccountid under <${ID}>`],
    [`${CRM}OnOrAfter(PropertyName='createdon',PropertyValue=2026-1-31)`, 'createdon on-or-after <2026-1-31>'],
    [`${CRM}Contains(PropertyName='name',PropertyValue='x')`, 'name contains <x>'],
    [`not ${CRM}Today(PropertyName='createdon')`, 'not(createdon today)'],
  ])('%s', (text, tree) => expect(read(text)).toEqual({ tree, said: '' }))
})

describe('a value is left as it was written', () => {
  test.each([
    ...['50k', '1.5m', '2bn', '5e4', '50%', '50_000', '-5', '50,000', '1,234,567.89', '12,50', '1.234,56', '1.234.567'],
    ...['£50k', '£ 50 000', '€1,234.50', '$5', '50.000', '-1.5e-3', '9'.repeat(60)],
    ...['2026-01-31', '2026-9-1', '2026-07', '2026', '2026-02-30', '2026-01-31T10:00:00+02:00', '2026-1-3 9:05'],
    ...['last 30 days', 'next-2-quarters', 'this month', 'past 48 hours', '30 days ago', 'last fiscal year'],
    ...['this-fiscal-quarter', 'last 2 fiscal quarters'],
    ...['Q3 2026', 'q3-2026', '2026-Q3', 'July 2026', 'Sept 2026', '@me', '@Today', 'my-teams', 'me or my teams'],
    ...['current-user', `{${ID.toUpperCase()}}`, '{userid}'],
  ])('%s', (value) => {
    expect(read(`x ge ${value}`)).toEqual({ tree: `x ge <${value}>`, said: '' })
    expect(read(`(a/x ge ${value}) and y eq 1`).tree).toBe(`a/x ge <${value}> & y eq <1>`)
    expect(read(`x between ${value} and ${value}`).tree).toBe(`x between <${value}><${value}>`)
  })

  test.each(['me', 'today', 'last_month', 'Won', 'FY2026', 'march'])('%s may be a column, too', (word) => {
    expect(read(`x eq ${word}`).tree).toBe(`x eq ?${word}`)
  })

  test('commas separate in a list alone', () => {
    expect(read('x in (50,000, 5k, last 3 days, 2026-07)').tree).toBe('x in <50><000><5k><last 3 days><2026-07>')
    expect(read('tasks/any(t:t/x gt 50,000)').tree).toBe('any tasks{x gt <50,000>}')
  })
})
