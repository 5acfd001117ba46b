import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Harness } from '../harness.ts'
import { ANALYST, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
const owned = (value: string, attribute = 'ownerid'): string =>
  `<fetch><entity name="account"><attribute name="name"/><filter><condition attribute="${attribute}" operator="eq" value="${escaped(value)}"/></filter></entity></fetch>`
const second = (cookie: string): string =>
  `<fetch count="2" page="2" paging-cookie="${escaped(cookie)}"><entity name="account"><attribute name="name"/></entity></fetch>`
const charted = (alias: string): string =>
  `<fetch aggregate="true"><entity name="account"><order alias="${alias}"/><attribute name="industrycode" groupby="true" alias="industry"/></entity></fetch>`

describe('a value that was never put into FetchXML', () => {
  test.each([
    ['braces for a GUID', owned('{userId}'), 0],
    ['a template’s braces', owned('${user.id}'), 0],
    ['a parameter', owned('@owner'), 0],
    ['a cookie joined by code', second('" + cookie + "'), 2],
  ])('%s: is read as nobody’s', async (_what, xml, rows) => {
    const { status, body } = await harness.fetchXml(ANALYST, 'accounts', xml)
    expect([status, body.value?.length]).toEqual([200, rows])
  })

  test.each([
    ['a name for a GUID', owned('Priya Nair'), '0x80041108'],
    ['braces for a number', owned('{count}', 'numberofemployees'), '0x80041108'],
    ['braces for a column that is none', owned('{userId}', 'owner'), '0x80041103'],
    ['a cookie that is none', second('next'), '0x8004112a'],
    ['a cookie still encoded', second('%3Ccookie page="1"%3E'), '0x8004112a'],
    ['an alias of nothing', charted('total'), '0x8004110a'],
  ])('%s: is refused', async (_what, xml, code) => {
    const { status, body } = await harness.fetchXml(ANALYST, 'accounts', xml)
    expect([status, body.error?.code]).toEqual([400, code])
  })

  test('the alias of a chart’s removed column orders nothing', async () => {
    const { status, body } = await harness.fetchXml(ANALYST, 'accounts', charted('_CRMAutoGen_aggregate_column_Num_0'))
    expect(status).toBe(200)
    expect(body.value.length).toBeGreaterThan(1)
  })
})

test.each([
  ['a GUID', '65f77a42-5f0e-e611-80e0-00155da84c03', 200],
  ['a word', 'ten', 400],
  ['a sum', '1+1', 400],
])('$top as %s answers %i', async (_what, top, status) => {
  expect((await harness.get(ANALYST, `accounts?$select=name&$top=${encodeURIComponent(top)}`)).status).toBe(status)
})
