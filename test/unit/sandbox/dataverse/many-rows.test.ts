// Not in a bare npm test: reads all pages of 51,000 rows; limits of pages and sums stay, in http/limits.test.ts.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Harness, Reply } from './harness.ts'
import { ANALYST, startHarness } from './harness.ts'

const TOTAL = '@Microsoft.Dynamics.CRM.totalrecordcount'
const EXCEEDED = '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'
const ALL = { prefer: 'odata.include-annotations="*"' }

let harness: Harness
let before = 0
beforeAll(async () => {
  harness = await startHarness()
  before = Number((await harness.get(ANALYST, 'accounts/$count')).text)
  harness.dataverse.addBulk({ entity: 'account', count: 51_000, owner: 'Priya Nair' })
}, 30_000)
afterAll(() => harness.close())

const fetchOf = (inner: string, attributes = ''): string =>
  `<fetch ${attributes}><entity name="account">${inner}</entity></fetch>`
const ask = (xml: string): Promise<Reply> => harness.fetchXml(ANALYST, 'accounts', xml)

describe('with 51,000 accounts more', () => {
  test('a page has 5,000 rows, a count ends there and says so', async () => {
    const reply = await harness.get(ANALYST, 'accounts?$select=name&$count=true', ALL)
    expect(reply.body.value.length).toBe(5000)
    expect([reply.body['@odata.count'], reply.body[TOTAL], reply.body[EXCEEDED]]).toEqual([5000, 5000, true])
    expect(reply.body['@odata.nextLink']).toContain('?$select=name&$count=true&$skiptoken=')
    expect((await harness.get(ANALYST, 'accounts/$count')).text).toBe('5000')
  })

  test('the last of all pages is reached by their links', async () => {
    let [link, rows, pages] = ['accounts?$select=name&$orderby=name desc' as string | undefined, 0, 0]
    while (link !== undefined) {
      const reply: Reply = await harness.get(ANALYST, link)
      rows += reply.body.value.length as number
      pages++
      link = reply.body['@odata.nextLink'] as string | undefined
    }
    expect([rows, pages]).toEqual([before + 51_000, Math.ceil((before + 51_000) / 5000)])
  }, 20_000)

  test('FetchXML counts no further either', async () => {
    const reply = await ask(fetchOf('<attribute name="name"/>', 'returntotalrecordcount="true" count="10" page="1"'))
    expect([reply.body.value.length, reply.body[TOTAL], reply.body[EXCEEDED]]).toEqual([10, 5000, true])
  })

  test('an aggregate takes 50,000 rows and no more, in either language', async () => {
    const count = '<attribute name="accountid" aggregate="count" alias="n"/>'
    const refused = [
      await ask(fetchOf(count, 'aggregate="true"')),
      await harness.get(ANALYST, 'accounts?$apply=aggregate($count as n)'),
    ]
    for (const { status, body } of refused) {
      expect([status, body.error.code]).toEqual([400, '0x8004e023'])
      expect(body.error.message).toBe('AggregateQueryRecordLimit exceeded. Cannot perform this operation.')
    }
    const few = '<filter><condition attribute="name" operator="begins-with" value="a"/></filter>'
    expect((await ask(fetchOf(count + few, 'aggregate="true"'))).body.value[0].n).toBeGreaterThan(0)
  })

  test.each([
    ["accounts/$count?$filter=contains(name,'77') and createdon gt 2020-01-01"],
    ['accounts/$count?$filter=opportunity_customer_accounts/any(o:o/statecode eq 0)'],
    ["accounts?$select=name&$top=5&$filter=owninguser/fullname ne 'x'&$orderby=_ownerid_value desc"],
  ])('%s is answered', async (path) => {
    const { status, text } = await harness.get(ANALYST, path)
    expect([status, text.length > 0]).toEqual([200, true])
  })

  test('so does a join that finds what is missing', async () => {
    const link = '<link-entity name="contact" from="parentcustomerid" to="accountid" link-type="not any"/>'
    const reply = await ask(fetchOf(`<attribute name="name"/><filter>${link}</filter>`, 'top="5"'))
    expect(reply.body.value.length).toBe(5)
  })
})
