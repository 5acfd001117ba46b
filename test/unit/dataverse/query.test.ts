import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { QueryError } from '../../../shared/dataverse/errors.ts'
import { findNavigation } from '../../../shared/dataverse/expand.ts'
import { buildQuery, buildRecordPath, type Query } from '../../../shared/dataverse/query.ts'
import { COLUMNS, ID, OPPORTUNITY } from './fixtures.ts'

const query = (asked: Partial<Query>): Query => ({
  entity: OPPORTUNITY,
  columns: COLUMNS,
  select: ['name'],
  expand: [],
  count: false,
  ...asked,
})

describe('buildQuery', () => {
  test('encodes every value once and never writes $top', () => {
    const filter = "name eq 'R&D #1; 100%' and contains(name,'O''Brien')"
    const { path } = buildQuery(query({ filter, orderby: 'estimatedvalue desc, name asc', count: true }))
    expect(path).toMatch(/^opportunities\?\$select=name&\$filter=[^&#; ']+&\$orderby=[^&]+&\$count=true$/)
    expect(new URL(path, 'http://x/').searchParams.get('$filter')).toBe(filter)
    expect(path).toContain('%26')
    expect(path).not.toContain('+')
  })

  test.each([
    [['ownerid', '_ownerid_value', 'OWNERID', 'owneridname'], '_ownerid_value'],
    [[' name ', 'Name'], 'name'],
    [['customerid', 'statecode'], '_customerid_value,statecode'],
  ])('select %j', (select, sent) => {
    expect(new URL(buildQuery(query({ select })).path, 'http://x/').searchParams.get('$select')).toBe(sent)
  })

  test('tells what it rewrote', () => {
    const { notes } = buildQuery(query({ select: ['ownerid'], orderby: 'ownerid', filter: 'ownerid ne null' }))
    expect(notes).toEqual(['Lookup columns were sent by their Web API names: ownerid as _ownerid_value.'])
  })

  test.each([
    ['closedate', 'estimatedclosedate'],
    ['salesstages', 'salesstage'],
    ['Est. revenue', 'estimatedvalue'],
    ['name&$filter=x', 'name'],
    ['name,ownerid', 'Did you mean: '],
  ])('select "%s" is refused with advice', (name, advice) => {
    expect(() => buildQuery(query({ select: [name] }))).toThrow(
      expect.objectContaining({ code: 'unknown_column', nextStep: expect.stringContaining(advice) }),
    )
  })

  test.each([
    'name; drop',
    'name desc asc',
    'name&$top=1',
    'owner/name',
    ',',
    'name,'.repeat(11) + 'name',
    'tolower(name)',
  ])('orderby "%s" is refused', (orderby) => {
    expect(() => buildQuery(query({ orderby }))).toThrow(expect.objectContaining({ code: 'invalid_orderby' }))
  })

  test('half a surrogate pair, which JSON can carry, is no crash', () => {
    expect(buildQuery(query({ filter: "name eq '\ud800'" })).path).toContain('%EF%BF%BD')
  })

  test('whatever is written, a query stays one query with the parameters that were meant', () => {
    const piece = fc.constantFrom(
      "'",
      "''",
      '&',
      '%27',
      '$top=1',
      '#',
      ';',
      'ownerid',
      ' eq ',
      '(',
      ')',
      '"',
      'name',
      ' or ',
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    )
    const property = fc.property(text, text, text, (filter, orderby, column) => {
      const sent = parametersOf(query({ filter, orderby, select: [column] }))
      expect(['$select', '$filter', '$orderby']).toEqual(expect.arrayContaining(sent))
      expect(new Set(sent).size).toBe(sent.length)
    })
    fc.assert(property, { numRuns: 2_000 })
    fc.assert(
      fc.property(text, (filter) => void parametersOf(query({ filter }))),
      { numRuns: 2_000 },
    )
  })

  test('a record path has the id bare', () => {
    expect(buildRecordPath(OPPORTUNITY, ID, [])).toBe(`opportunities(${ID})`)
    expect(buildRecordPath(OPPORTUNITY, ID, ['name', '_ownerid_value'])).toBe(
      `opportunities(${ID})?$select=name%2C_ownerid_value`,
    )
  })
})

describe('findNavigation', () => {
  test.each([
    ['primarycontactid', 'primarycontactid', 'contact'],
    ['_primarycontactid_value', 'primarycontactid', 'contact'],
    ['Customerid_Account', 'customerid_account', 'account'],
    ['owninguser', 'owninguser', 'systemuser'],
  ])('%s', (asked, name, target) => {
    expect(findNavigation(OPPORTUNITY, COLUMNS, asked)).toMatchObject({ name, target })
  })

  test('a lookup with several targets asks which', () => {
    expect(() => findNavigation(OPPORTUNITY, COLUMNS, 'customerid')).toThrow(
      expect.objectContaining({ code: 'ambiguous_expand', nextStep: expect.stringContaining('customerid_contact') }),
    )
  })

  test.each(['name', 'nothing', 'primarycontact($expand=x)', ''])('"%s" leads nowhere', (asked) => {
    expect(() => findNavigation(OPPORTUNITY, COLUMNS, asked)).toThrow(
      expect.objectContaining({ code: 'unknown_expand' }),
    )
  })
})

/** The parameters as the far side reads them; none for a query that is refused. */
function parametersOf(asked: Query): string[] {
  try {
    const url = new URL(buildQuery(asked).path, 'http://x/api/')
    expect([url.pathname, url.hash]).toEqual(['/api/opportunities', ''])
    return [...url.searchParams.keys()]
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError)
    return []
  }
}
