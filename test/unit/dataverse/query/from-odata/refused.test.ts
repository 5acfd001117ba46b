import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import { FUNCTION_NAMES, operatorOfFunction } from '../../../../../shared/dataverse/query/model/operators.ts'
import { read } from './print-tree.ts'

function refusal(text: string): QueryError {
  try {
    read(text)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`${text} was read`)
}

describe('what is refused says what works instead, and that is read', () => {
  test.each([
    ["name eq 'O'Brien'", 'ends at an apostrophe', "'O''Brien'", "name eq 'O''Brien'"],
    ["name eq 'x", 'unterminated', 'Close the quotes', "name eq 'x'"],
    ['name eq ‘x’', 'typographic', 'straight single quotes', "name eq 'x'"],
    [
      'year(createdon) eq 2026',
      'uses year(), which Dataverse does not have',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
    ],
    ['year(createdon) eq 2026 and month(createdon) eq 5', 'year()', 'createdon eq 2026-05', 'createdon eq 2026-05'],
    ['month(createdon) eq 05 and year(createdon) eq 2025', 'month()', 'createdon eq 2025-05', 'createdon eq 2025-05'],
    [
      'year(createdon) eq 2026 and month(modifiedon) eq 5',
      'year()',
      'createdon lt 2027-01-01',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
    ],
    [
      'opportunity_parent_account/$count gt 2',
      'counts related rows',
      '"having":"count gt 2"',
      'opportunity_parent_account/any()',
    ],
    [
      'month(createdon) eq 5',
      'month()',
      'createdon lt 2026-02-01',
      'createdon ge 2026-01-01 and createdon lt 2026-02-01',
    ],
    ['createdon gt now()', 'now()', 'without brackets: now', 'createdon gt now'],
    ['today() eq createdon', 'today()', 'last-30-days', 'createdon eq last-30-days'],
    [
      'LastXDays(createdon)',
      'LastXDays the wrong',
      "PropertyName='createdon',PropertyValue=30)",
      'LastXDays(createdon,30)',
    ],
    ["On(PropertyName='createdon',Day='2026-01-31')", 'wrong parameters', "'2026-01-31'", "On(createdon,'2026-01-31')"],
    ["In('1 2',['x'])", 'without a column name', 'Name the column', "In(statuscode,['x'])"],
    ['estimatedvalue gt 50€', 'currency sign', 'the number alone', 'estimatedvalue gt 50000'],
    ['name eq 3com', 'other characters', "'3com'", "name eq '3com'"],
    ...['10.10.10.10', '1.5.26.3', '2026-01-31.5', '020-7946-0018', '12-34-5678-9', '1/2/2026/5'].map(
      (text): [string, string, string, string] => [
        `name eq ${text}`,
        'other characters',
        "'3com'",
        `name eq '${text}'`,
      ],
    ),
    ['estimatedvalue add 5 gt 10', 'unexpected "add"', 'Write the result', 'estimatedvalue gt 50000'],
    ['estimatedvalue * 2 gt 10', 'calculates', 'Write the result', 'estimatedvalue gt 50000'],
    ['statuscode has 1', 'unexpected "has"', 'Use eq with', 'statuscode eq 1'],
    ["cast(ownerid,'x') eq 1", 'cast()', 'no cast is needed', "ownerid eq 'x'"],
    ["SELECT name FROM opportunity WHERE name = 'x'", 'statement of SQL', 'condition alone', "name = 'x'"],
    ["name eq 'x'&$top=5", 'a character outside a literal', 'parameter of its own', "name eq 'x'"],
    ["name eq 'x' order by name", 'unexpected "order"', 'parameters of their own', "name eq 'x'"],
    ["name%20eq%20'x'", 'percent sequence', 'not percent-encoded', "name eq 'x'"],
    ["x eq 50%20and y eq 'x'", 'percent sequence', 'not percent-encoded', 'x eq 50%'],
    ["name eq 'x'; DROP TABLE", 'a character outside a literal', 'nothing else', "name eq 'x'"],
    ["name eq @p1&@p1='x'", 'a parameter of its own', 'Write the value itself', "name eq 'x'"],
    ["(name eq 'x'", 'ends too early; ")" was expected', 'balance its brackets', "(name eq 'x')"],
    ["name eq 'x')", 'unexpected ")" at position 11', 'column operator value', "name eq 'x'"],
    ['name gt null', 'compares null by gt', 'name ne null', 'name ne null'],
    ['x between 1 and null', 'range without an end', 'x ge …', 'x ge 1'],
    [
      'contains(name,description)',
      'lacks a text in quotes',
      "contains(name,'description')",
      "contains(name,'description')",
    ],
    ['contains(name,null)', 'lacks a text in quotes', "contains(name,'text')", "contains(name,'text')"],
    ["contains('a','b')", 'gives contains the wrong parameters', "contains(…,'text')", "contains(name,'text')"],
    ['name like x', 'lacks a text in quotes', "contains(name,'x')", "contains(name,'x')"],
    ['contains(name,5,6)', '")" was expected', 'balance its brackets', 'contains(name,5)'],
    ['contains(name,50,000)', '")" was expected', 'balance its brackets', "contains(name,'50,000')"],
    ['a/any(statecode eq 0)', 'without a variable', 'a/any(o:o/…', 'a/any(o:o/statecode eq 0)'],
    ['a/all()', 'all() without a condition', 'a/any()', 'a/any()'],
    ['any(o:o/x eq 1)', 'uses any()', 'Use eq', 'a/any(o:o/x eq 1)'],
    [
      'a/any(o:o/b/any(p:o/x eq 1))',
      'compares o/x, a row outside the collection',
      'Put the condition on o beside the inner any or all, joined with and; inside it begin each name with p/.',
      'a/any(o:o/x eq 1 and o/b/any(p:p/y eq 1))',
    ],
    [
      "a/any(o:b/any(p:In(PropertyName='o/x',PropertyValues=['1'])))",
      'o/x',
      'beside the inner',
      "a/any(o:In(o/x,['1']))",
    ],
    [
      "Microsoft.Dynamics.CRM.ThisMont(PropertyName='x')",
      'ThisMont()',
      'Microsoft.Dynamics.CRM.ThisMonth',
      'ThisMonth(x)',
    ],
    ["contains(name,'x') eq 5", 'a condition with a value', 'the condition alone', "contains(name,'x')"],
    ["5 eq 'x'", 'a value with a value', 'a column on one side', "name eq 'x'"],
    ['5 not eq x', 'unexpected "not"', 'column operator value', 'not (5 eq x)'],
    ["name between 'a' or 'b'", '"and" was expected', 'column operator value', "name between 'a' and 'b'"],
    ['statuscode in ()', 'an empty list', 'statuscode in (…)', 'statuscode in (1, 2)'],
    ['statuscode in 1', '"(" was expected', 'column operator value', 'statuscode in (1)'],
    ["name eq 'a\u0000b'", 'control character', 'Remove it', "name eq 'ab'"],
    ['x eq 50 000 eq', 'unexpected "eq"', 'column operator value', 'x eq 50 000'],
  ])('%s', (wrong, problem, advice, corrected) => {
    const error = refusal(wrong)
    expect(error.code).toBe('invalid_filter')
    expect(error.message).toMatch(/^The filter [^]*\.$/)
    expect(error.message).toContain(problem)
    expect(error.nextStep).toContain(advice)
    expect(read(corrected).tree).not.toBe('')
  })

  test.each(FUNCTION_NAMES)('the form of %s that a refusal advises is read', (name) => {
    const { nextStep } = refusal(`${name}(PropertyName='x',Wrong=1)`)
    const form = /^Write: (.*)\.$/.exec(nextStep)?.[1] ?? ''
    expect(read(form)).toEqual({ tree: expect.stringContaining(` ${operatorOfFunction(name)!.name}`), said: '' })
  })
})

describe('nothing a model sends can overflow the stack', () => {
  test.each([
    ['(', ')'],
    ['not ', ''],
    ['tasks/any(o:', ')'],
  ])('%s nested', (open, close) => {
    expect(refusal(`${open.repeat(300)}name eq 'x'${close.repeat(300)}`).message).toContain('deeper than 40')
  })

  test.each([
    ['too long', `name eq '${'x'.repeat(8_000)}'`, 'longer than 8000 characters'],
    ['a path without end', `${'parentaccountid/'.repeat(9)}name eq 'x'`, 'more than 8 names'],
    ['functions in functions', `${'trim('.repeat(1_590)}name`, 'ends too early'],
  ])('%s', (_, text, problem) => {
    expect(refusal(text).message).toContain(problem)
    expect(refusal(text).message.length).toBeLessThan(300)
  })

  test('as deep and as wide as is read', () => {
    expect(read(`${'('.repeat(40)}name eq 'x'${')'.repeat(40)}`).tree).toBe('name eq <x>')
    expect(read(Array.from({ length: 500 }, () => "name eq 'x'").join(' or ')).tree.split(' | ')).toHaveLength(500)
  })
})
