// Latin1_General_CI_AI: no case, no accents. @see https://learn.microsoft.com/power-platform/admin/language-collations
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { folded, collationKey } from '../../../../sandbox/dataverse/query/collation.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { fold, letters, like } from '../../../../queries/oracle/collation.ts'
import { ANALYST, column, startHarness, type Harness } from '../harness.ts'

const NAMES = ['Café Straße', 'CAFE STRASSE  ', 'cafè strasse', 'Cafes Strasse', 'Caf Strasse']
const SAME = NAMES.slice(0, 3)

let harness: Harness
beforeAll(async () => {
  const rows = NAMES.map((name, index) => ({
    entity: 'account',
    values: {
      accountid: idOf('collation', index),
      accountnumber: 'COLL',
      name,
      address1_city: name,
      statecode: 0,
      revenue: NAMES.length - index,
    },
  }))
  harness = await startHarness({ rows })
})
afterAll(() => harness.close())

async function named(filter: string): Promise<unknown[]> {
  const path = `accounts?$select=name&$filter=accountnumber eq 'COLL' and ${encodeURIComponent(filter)}`
  return column(await harness.get(ANALYST, path), 'name').sort()
}

async function fetched(inner: string, attributes = ''): Promise<unknown[]> {
  const only = '<filter><condition attribute="accountnumber" operator="eq" value="coll"/></filter>'
  const xml = `<fetch${attributes}><entity name="account">${inner}${only}</entity></fetch>`
  return (await harness.fetchXml(ANALYST, 'accounts', xml, '')).body.value as unknown[]
}

async function fetchedNames(operator: string, value: string): Promise<unknown[]> {
  const rows = await fetched(
    `<attribute name="name"/><filter><condition attribute="name" operator="${operator}" value="${value}"/></filter>`,
  )
  return rows.map((row) => (row as { name: string }).name).sort()
}

const sorted = (names: readonly string[]): string[] => [...names].sort()

describe('OData compares as the collation does', () => {
  test.each([
    ["name eq 'CAFÉ STRASSE'", SAME],
    ["name eq 'cafe straße   '", SAME],
    ["name ne 'cafe strasse'", NAMES.slice(3)],
    ["contains(name,'FÉ ß') or contains(name,'fe stras')", SAME],
    ["startswith(name,'CÀFE ')", SAME],
    ["endswith(name,'rasse')", ['Caf Strasse', 'Cafes Strasse', 'Café Straße', 'cafè strasse']],
    ["endswith(name,'strasse  ')", ['CAFE STRASSE  ']],
    ["name gt 'cafe strasse'", ['Cafes Strasse']],
    ["Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['Cafe Strasse'])", SAME],
  ])('%s', async (filter, names) => {
    expect(await named(filter)).toEqual(sorted(names))
  })
})

describe('FetchXML compares as the collation does', () => {
  test.each([
    ['eq', 'CAFÉ STRASSE', SAME],
    ['like', 'café%', NAMES.slice(0, 4)],
    ['like', 'caf[é] %', SAME],
    ['like', 'caf_ stra%', SAME],
    ['not-like', 'cafe%', ['Caf Strasse']],
    ['begins-with', 'CAFE ', SAME],
    ['ends-with', 'straße', ['Caf Strasse', 'Cafes Strasse', 'Café Straße', 'cafè strasse']],
  ])('%s %s', async (operator, value, names) => {
    expect(await fetchedNames(operator, value)).toEqual(sorted(names))
  })

  test('groups, distinct rows and joins', async () => {
    const groups = await fetched(
      '<attribute name="name" groupby="true" alias="name"/><attribute name="accountid" aggregate="count" alias="n"/>',
      ' aggregate="true"',
    )
    expect(groups.map((group) => (group as { n: number }).n).sort()).toEqual([1, 1, 3])
    expect(await fetched('<attribute name="name"/>', ' distinct="true"')).toHaveLength(3)
    const joined = await fetched(
      '<attribute name="name"/><link-entity name="account" from="address1_city" to="name" alias="twin"/>',
    )
    expect(joined).toHaveLength(9 + 1 + 1)
  })

  test('names that the collation calls equal are ordered by what comes next', async () => {
    const rows = await fetched('<attribute name="revenue"/><order attribute="name"/><order attribute="revenue"/>')
    expect(rows.map((row) => (row as { revenue: number }).revenue)).toEqual([1, 3, 4, 5, 2])
  })
})

describe('stand-in and oracle fold alike, each in its own way', () => {
  test.each(['Übersee Hölzer', 'Straße ', 'ÆON Œuvre', 'Þór', '  x  ', 'Zoë', 'Š Ž Ÿ Ñ Ç', 'm²', '–'])('%j', (text) => {
    expect([fold(text), letters(text)]).toEqual([collationKey(text), folded(text)])
  })

  test.each([
    ['%oak', '100% Öak', true],
    ['a_%', 'a', false],
    ['%a%b%', 'xxAxxBxx', true],
    ['stra%e', 'STRAßE', true],
    ['', '', true],
    ['a', 'a ', false],
  ])('the oracle’s %j like %j: %j', (pattern, text, fits) => {
    expect(like(pattern, text)).toBe(fits)
  })
})
