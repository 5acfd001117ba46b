import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../shared/dataverse/errors.ts'
import { guardFilter } from '../../../shared/dataverse/filter-guard.ts'
import { rewriteFilter } from '../../../shared/dataverse/rewrite-filter.ts'
import { COLUMNS, ID } from './fixtures.ts'

describe('refused filters', () => {
  test.each([
    ['a second parameter', 'statecode eq 0&$top=5000'],
    ['a fragment', 'statecode eq 0#'],
    ['a parameter separator of old servers', 'statecode eq 0;$expand=ownerid'],
    ['an encoded quote that ends a literal', 'name eq %27x%27'],
    ['an encoded ampersand', 'statecode eq 0%26$top=1'],
    ['an encoded newline', 'statecode eq 0%0d%0aHost: evil'],
    ['an ampersand right after a literal', "name eq 'a'&$select=b"],
    ['an ampersand behind an escaped apostrophe', "name eq 'O''Brien'&x=1"],
    ['an ampersand in what looks like a literal but is none', "name eq 'a' or 'b' eq 'c' & 'd'"],
    ['an unterminated literal', "name eq 'O'Brien'"],
    ['a lone quote', "'"],
    ['an unterminated JSON string', 'name eq "abc'],
    ['a bracket never closed', '(statecode eq 0'],
    ['a bracket never opened', 'statecode eq 0)'],
    ['brackets crossed', 'a(b[c)d]'],
    ['an expression that closes its surroundings', 'statecode eq 0) or (1 eq 1'],
    ['a system option', '$filter=statecode eq 0'],
    ['a parameter alias', 'name eq @p1'],
    ['an id in braces', `_ownerid_value eq {${ID}}`],
    ['in', 'statecode in (0,1)'],
    ['a date function', 'year(createdon) eq 2026'],
    ['now()', 'createdon gt now()'],
    ['an operator of another language', 'statecode == 0'],
    ['a comparison of another language', 'estimatedvalue > 100'],
    ['a second question mark', 'statecode eq 0?x'],
    ['a backslash', 'statecode eq 0\\'],
    ['a null byte', 'statecode eq 0\u0000'],
    ['a full-width ampersand', 'statecode eq 0＆top=1'],
    ['a typographic quote', 'name eq ‘x’'],
    ['nine thousand characters', `name eq '${'x'.repeat(9_000)}'`],
  ])('%s', (_what, filter) => {
    expect(() => guardFilter(filter)).toThrow(QueryError)
  })
})

describe('accepted filters are sent as they came', () => {
  test.each([
    'statecode eq 0 and estimatedvalue ge 1000.50',
    "name eq 'R&D; 50% #1 ? $top=1'",
    "name eq 'O''Brien' or contains(name,'100%27')",
    'not (statecode eq 1) and estimatedclosedate lt 2026-10-24',
    'createdon ge 2026-10-24T00:00:00Z',
    "Microsoft.Dynamics.CRM.ThisMonth(PropertyName='estimatedclosedate')",
    `Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=["R&D","O'Brien"])`,
    "Microsoft.Dynamics.CRM.LastXDays(PropertyName = 'createdon', PropertyValue=30)",
    "primarycontactid/fullname eq 'x'",
    'opportunity_tasks/any(t:t/ownerid eq null)',
    `_ownerid_value eq ${ID}`,
    "name eq 'Käse & Brot 🧀'",
  ])('%s', (filter) => {
    expect(rewriteFilter(filter, COLUMNS)).toEqual({ filter, rewritten: [] })
  })
})

describe('column names are written as the Web API wants them', () => {
  test.each([
    ['ownerid eq null', '_ownerid_value eq null'],
    ['OwnerId eq null', '_ownerid_value eq null'],
    ['(customerid ne null)and(ownerid eq null)', '(_customerid_value ne null)and(_ownerid_value eq null)'],
    ["StateCode eq 0 and Name eq 'Name'", "statecode eq 0 and name eq 'Name'"],
    ["contains(Name,'ownerid')", "contains(name,'ownerid')"],
    ['  ownerid eq null  ', '_ownerid_value eq null'],
  ])('%s', (filter, sent) => {
    expect(rewriteFilter(filter, COLUMNS).filter).toBe(sent)
  })

  test('a rewritten lookup is told, once', () => {
    expect(rewriteFilter('ownerid eq null or OwnerId ne null', COLUMNS).rewritten).toEqual(['ownerid'])
  })

  test('a name column is left for Dataverse to judge: its lookup holds an id, not that text', () => {
    expect(rewriteFilter("owneridname eq 'Priya'", COLUMNS).filter).toBe("owneridname eq 'Priya'")
  })

  test('names inside literals, paths and lambdas stay', () => {
    const filter = "name eq 'ownerid' and owninguser/fullname eq 'x' and tasks/any(o:o/ownerid eq null)"
    expect(rewriteFilter(filter, COLUMNS).filter).toBe(filter)
  })
})
