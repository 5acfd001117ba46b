import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, MANAGER, REP, column, seeded, startHarness } from '../harness.ts'

const FORMATTED = 'OData.Community.Display.V1.FormattedValue'
const ASHCOMBE = idOf('account', 'Ashcombe Joinery Ltd')

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const keysOf = (value: unknown): string[] => Object.keys(value as object)

const rows = async (path: string, persona = ANALYST): Promise<Loose[]> => {
  const reply = await harness.get(persona, path)
  expect([path, reply.status, reply.body?.error]).toEqual([path, 200, undefined])
  return reply.body.value as Loose[]
}

describe('$filter', () => {
  const every = 'accounts?$select=name,revenue,statecode,createdon&$filter='
  test.each<[string, (row: Loose) => boolean]>([
    ['revenue gt 1000000', (row) => row.revenue > 1_000_000],
    ['not (revenue gt 1000000)', (row) => row.revenue !== null && row.revenue <= 1_000_000],
    ['revenue eq null', (row) => row.revenue === null],
    ['revenue ne null and statecode eq 0', (row) => row.revenue !== null && row.statecode === 0],
    ["contains(name,'MARINE') or startswith(name,'saltmarsh')", (row) => /marine|^saltmarsh/i.test(String(row.name))],
    ["endswith(name,'GmbH')", (row) => String(row.name).endsWith('GmbH')],
    ["name eq 'o''dowd boatyards'", (row) => row.name === "O'Dowd Boatyards"],
    ["contains(name,'& S')", (row) => String(row.name).includes('& S')],
    ["contains(name,'Ashc_mbe')", (row) => String(row.name).startsWith('Ashcombe')],
    ['createdon ge 2026-01-01', (row) => row.createdon >= '2026-01-01'],
    ['createdon lt 2026-01-01T00:00:00Z', (row) => row.createdon < '2026-01-01'],
  ])('%s', async (filter, wanted) => {
    const all = await rows('accounts?$select=name,revenue,statecode,createdon')
    const expected = all.filter(wanted).map(({ name }) => name as string)
    expect(expected.length).toBeGreaterThan(0)
    expect((await rows(every + encodeURIComponent(filter))).map(({ name }) => name as string)).toEqual(expected)
  })

  test('goes through lookups, compares columns and knows aliases', async () => {
    const german = await rows("accounts?$select=name&$filter=owningbusinessunit/name eq 'Germany Sales'")
    expect(german.length).toBe(10)
    const contacts = await rows(`contacts?$select=fullname&$filter=_parentcustomerid_value eq ${ASHCOMBE}`)
    expect(
      await rows(`contacts?$select=fullname&$filter=parentcustomerid_account/name eq @n&@n='Ashcombe Joinery Ltd'`),
    ).toEqual(contacts)
    expect((await rows('opportunities?$select=name&$filter=actualvalue eq estimatedvalue')).length).toBeGreaterThan(5)
  })

  test('any and all over collections', async () => {
    const some = await rows('accounts?$select=name&$filter=opportunity_customer_accounts/any(o:o/statecode eq 1)')
    const none = await rows('accounts?$select=name&$filter=not opportunity_customer_accounts/any(o:o/statecode eq 1)')
    const all = await rows('accounts?$select=name&$filter=opportunity_customer_accounts/all(o:o/statecode eq 0)')
    expect(some.length + none.length).toBe(seeded('account').length)
    expect(some.length).toBeGreaterThan(3)
    expect(all.length).toBeLessThan(none.length + 1)
    expect(
      (await rows("systemusers?$select=fullname&$filter=teammembership_association/any(t:t/name eq 'Key Accounts')"))
        .length,
    ).toBe(2)
  })

  test.each([
    ["Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')", 10],
    ["Microsoft.Dynamics.CRM.EqualUserOrUserTeams(PropertyName='ownerid')", 10],
    ['Microsoft.Dynamics.CRM.In(PropertyName=\'salesstage\',PropertyValues=["0","3"])', 10],
    ['Microsoft.Dynamics.CRM.Between(PropertyName=\'estimatedvalue\',PropertyValues=["20000","90000"])', 10],
    ["Microsoft.Dynamics.CRM.NextXDays(PropertyName='estimatedclosedate',PropertyValue=30)", 1],
    ["Microsoft.Dynamics.CRM.NextMonth(PropertyName='estimatedclosedate')", 3],
    ["Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='estimatedclosedate',PropertyValue='2026-11-24')", 10],
    ["Microsoft.Dynamics.CRM.OlderThanXDays(PropertyName='modifiedon',PropertyValue='30')", 3],
  ])('%s', async (filter, least) => {
    expect(
      (await rows(`opportunities?$select=name&$filter=${encodeURIComponent(filter)}`, REP)).length,
    ).toBeGreaterThanOrEqual(least)
  })
})

describe('$select, $orderby, $top and $count', () => {
  test('the id and a money column’s currency come along; annotations precede their value', async () => {
    const reply = await harness.get(REP, `accounts(${ASHCOMBE})?$select=revenue,_ownerid_value,createdon`, {
      prefer: 'odata.include-annotations="*"',
    })
    expect(reply.headers.get('preference-applied')).toBe('odata.include-annotations="*"')
    const keys = keysOf(reply.body)
    expect(keys.slice(0, 2)).toEqual(['@odata.context', '@odata.etag'])
    for (const key of keys.filter((name) => name.includes('@') && !name.startsWith('@'))) {
      expect(keys.indexOf(key)).toBeLessThan(keys.indexOf(key.split('@')[0] ?? ''))
    }
    expect(reply.body['@odata.context']).toBe(
      `${harness.dataverse.url}/api/data/v9.2/$metadata#accounts(revenue,_ownerid_value,createdon)/$entity`,
    )
    expect(reply.body[`revenue@${FORMATTED}`]).toMatch(/^£[\d,]+\.00$/)
    expect(reply.body[`_ownerid_value@${FORMATTED}`]).toBe('Priya Nair')
    expect(reply.body['_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('systemuser')
    expect(reply.body[`createdon@${FORMATTED}`]).toMatch(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}$/)
    expect(keys).toEqual(expect.arrayContaining(['_transactioncurrencyid_value', 'accountid']))
  })

  test('annotations come only when asked for, by name or wildcard', async () => {
    const plain = await harness.get(REP, 'accounts?$select=_ownerid_value&$top=1')
    expect(keysOf(plain.body.value[0])).toEqual(['@odata.etag', '_ownerid_value', 'accountid'])
    const some = await harness.get(REP, 'accounts?$select=_ownerid_value&$top=1', {
      prefer: 'odata.include-annotations="Microsoft.Dynamics.CRM.*"',
    })
    expect(keysOf(some.body.value[0])).not.toContain(`_ownerid_value@${FORMATTED}`)
    expect(some.body['@Microsoft.Dynamics.CRM.totalrecordcount']).toBe(-1)
  })

  test('sorts by name of a lookup and downwards, counts and cuts', async () => {
    const reply = await harness.get(
      ANALYST,
      'opportunities?$select=name,estimatedvalue&$orderby=estimatedvalue desc&$top=5&$count=true',
    )
    const values = column(reply, 'estimatedvalue') as number[]
    expect(values).toEqual(values.toSorted((left, right) => right - left))
    expect(values.length).toBe(5)
    expect(reply.body['@odata.count']).toBeGreaterThan(100)
    const prefer = `odata.include-annotations="${FORMATTED}"`
    const owners = column(
      await harness.get(ANALYST, 'accounts?$select=_ownerid_value&$orderby=_ownerid_value', { prefer }),
      `_ownerid_value@${FORMATTED}`,
    ) as string[]
    expect(owners).toEqual(owners.toSorted((left, right) => left.localeCompare(right, 'en-GB')))
  })

  test('pages through every row exactly once, and ignores $top when a page size is given', async () => {
    const ids: string[] = []
    let link: string | undefined = 'contacts?$select=fullname&$orderby=fullname&$top=3&$count=true'
    while (link !== undefined) {
      const reply = await harness.get(ANALYST, link, { prefer: 'odata.maxpagesize=17' })
      ids.push(...(column(reply, 'contactid') as string[]))
      link = reply.body['@odata.nextLink'] as string | undefined
      if (link !== undefined) expect(link).toMatch(/&\$skiptoken=%3Ccookie%20pagenumber=%22\d+%22/)
    }
    expect(ids.length).toBe((await rows('contacts?$select=contactid')).length)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('a next link is encoded as the documents show it', async () => {
    const first = await harness.get(ANALYST, 'contacts?$select=fullname', { prefer: 'odata.maxpagesize=2' })
    const ids = column(first, 'contactid').map((id) => String(id).toUpperCase())
    // webapi/query/page-results.md, with ids of this database.
    const documented = `contacts?$select=fullname&$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie%2520page%253d%25221%2522%253e%253ccontactid%2520last%253d%2522%257b${ids[1]}%257d%2522%2520first%253d%2522%257b${ids[0]}%257d%2522%2520%252f%253e%253c%252fcookie%253e%22%20istracking=%22False%22%20/%3E`
    expect(first.body['@odata.nextLink']).toBe(`${harness.dataverse.url}/api/data/v9.2/${documented}`)
    const second = await harness.get(ANALYST, documented, { prefer: 'odata.maxpagesize=2' })
    const four = await harness.get(ANALYST, 'contacts?$select=fullname&$top=4')
    expect([...column(first, 'contactid'), ...column(second, 'contactid')]).toEqual(column(four, 'contactid'))
  })

  test('$apply groups and sums', async () => {
    const groups = await rows(
      'opportunities?$apply=filter(statecode eq 0)/groupby((salesstage),aggregate($count as n,estimatedvalue_base with sum as total))',
    )
    const open = await rows('opportunities?$select=estimatedvalue_base&$filter=statecode eq 0')
    const sum = (items: Loose[], key: string): number =>
      items.reduce<number>((total, item) => total + Number(item[key] ?? 0), 0)
    expect(sum(groups, 'n')).toBe(open.length)
    expect(sum(groups, 'total')).toBeCloseTo(sum(open, 'estimatedvalue_base'), 1)
    expect(groups.length).toBe(5)
  })
})

describe('$expand and paths', () => {
  test('a lookup has no etag, a collection has one, its key and a link', async () => {
    const [row] = await rows(
      `accounts?$select=name&$filter=accountid eq ${ASHCOMBE}&$expand=primarycontactid($select=fullname),opportunity_customer_accounts($select=name;$orderby=name;$top=2)`,
    )
    expect(keysOf(row.primarycontactid)).toEqual(['fullname', 'contactid'])
    expect(row.opportunity_customer_accounts.length).toBe(2)
    expect(keysOf(row.opportunity_customer_accounts[0])).toEqual([
      '@odata.etag',
      'name',
      'opportunityid',
      '_customerid_value',
    ])
    expect(row['opportunity_customer_accounts@odata.nextLink']).toContain(
      `accounts(${ASHCOMBE})/opportunity_customer_accounts?$select=name`,
    )
  })

  test('nested, and polymorphic by exact name', async () => {
    const [row] = await rows(
      'tasks?$select=subject&$filter=regardingobjectid_account_task/name ne null&$top=1&$expand=regardingobjectid_account_task($select=name;$expand=primarycontactid($select=fullname))',
    )
    expect(row.regardingobjectid_account_task.primarycontactid.fullname).toEqual(expect.any(String))
  })

  test('collections, lookups, properties, references and counts below a row', async () => {
    expect((await rows(`accounts(${ASHCOMBE})/contact_customer_accounts?$select=fullname`)).length).toBe(3)
    expect((await harness.get(REP, `accounts(${ASHCOMBE})/primarycontactid?$select=fullname`)).body.fullname).toBe(
      "Amelia O'Connor",
    )
    expect((await harness.get(REP, `accounts(${ASHCOMBE})/name`)).body.value).toBe('Ashcombe Joinery Ltd')
    expect((await harness.get(REP, `accounts(${ASHCOMBE})/name/$value`)).text).toBe('Ashcombe Joinery Ltd')
    expect((await harness.get(REP, `accounts(${ASHCOMBE})/contact_customer_accounts/$count`)).text).toBe('3')
    expect((await harness.get(REP, `accounts(${ASHCOMBE})/primarycontactid/$ref`)).body['@odata.id']).toContain(
      '/contacts(',
    )
    expect((await harness.get(REP, "accounts(accountnumber='HP-1000')?$select=name")).body.name).toBe(
      'Ashcombe Joinery Ltd',
    )
  })
})

describe('what Dataverse refuses, in its words', () => {
  const unknown = (name: string, type: string): string =>
    `Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${type}'.`
  test.each([
    ['accountss', 404, '0x80060888', "Resource not found for the segment 'accountss'."],
    ['accounts?$select=revenues', 400, '0x80060888', unknown('revenues', 'account')],
    ['incidents?$select=customerid', 400, '0x80060888', unknown('customerid', 'incident')],
    ['accounts?$select=Name', 400, '0x80060888', unknown('Name', 'account')],
    ['opportunities?$filter=closedate eq null', 400, '0x80060888', unknown('closedate', 'opportunity')],
    [
      `accounts?$filter=ownerid eq ${ASHCOMBE}`,
      400,
      '0x80060888',
      "Found operand types 'Microsoft.Dynamics.CRM.principal' and 'Edm.Guid' for operator kind 'Equal'.",
    ],
    ["accounts?$filter=ownerid/fullname eq 'a'", 400, '0x80060888', unknown('fullname', 'principal')],
    ['accounts?$expand=ownerid($select=fullname)', 400, '0x80060888', unknown('fullname', 'principal')],
    [
      `accounts?$filter=transactioncurrencyid eq ${ASHCOMBE}`,
      400,
      '0x80060888',
      "Found operand types 'Microsoft.Dynamics.CRM.transactioncurrency' and 'Edm.Guid' for operator kind 'Equal'.",
    ],
    [
      "opportunities?$filter=statecode eq 'Open'",
      400,
      '0x80060888',
      "Found operand types 'Edm.Int32' and 'Edm.String' for operator kind 'Equal'.",
    ],
    [
      'opportunities?$filter=estimatedclosedate eq 2026-11-24T00:00:00Z',
      400,
      '0x80060888',
      "'Edm.Date' and 'Edm.DateTimeOffset'",
    ],
    ["accounts?$filter=name eq 'O'Dowd'", 400, '0x80060888', 'There is an unterminated literal at position'],
    ["accounts?$filter=name in ('a','b')", 400, '0x80060888', 'In is not supported'],
    ['accounts?$filter=year(createdon) eq 2026', 400, '0x80060888', "An unknown function with name 'year' was found."],
    [
      "accounts?$filter=not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')",
      400,
      '0x80060888',
      'Not operator along with the Custom Named Condition operators is not allowed',
    ],
    ["accounts?$filter=(name eq 'a'", 400, '0x80060888', "')' expected"],
    ['accounts?$skip=10', 400, '0x80060888', '$skip'],
    ['accounts?$search=x', 400, '0x80060888', '$search'],
    ['accounts?$format=json', 400, '0x80060888', '$format'],
    ['accounts?$top=ten', 400, '0x80060888', '$top'],
    ['accounts({11111111-2222-4333-8444-555555555555})', 400, '0x80060888', 'Edm.Guid'],
    ['accounts?$expand=primaryContactId', 400, '0x80060888', unknown('primaryContactId', 'account')],
    [
      'accounts?$expand=Account_Tasks/$ref',
      400,
      '0x80060888',
      'Expand with $ref is only supported on lookup type navigation property.',
    ],
    [
      'accounts?$expand=contact_customer_accounts($top=1;$expand=owninguser)',
      400,
      '0x80060888',
      'Only $select and $filter clause can be provided',
    ],
    [
      'opportunities?$apply=groupby((salesstage),aggregate(estimatedvalue with sum as total))&$orderby=total',
      400,
      '0x80060888',
      'SingleValueOpenPropertyAccess',
    ],
    ['EntityDefinitions?$top=1', 400, '0x80060888', '$top'],
    [
      "EntityDefinitions?$filter=startswith(LogicalName,'a')",
      400,
      '0x8006088a',
      'The "startswith" function isn\'t supported for Metadata Entities.',
    ],
    ["EntityDefinitions(LogicalName='unicorn')", 404, '0x80060888', 'MetadataCache'],
    ['accounts?$deltatoken=1', 400, '0x80060888', 'not in the expected format'],
    ['accounts?$orderby=primarycontactid/fullname', 501, '0x80040315', 'does not emulate'],
  ])('%s', async (path, status, code, text) => {
    const { body, ...reply } = await harness.get(MANAGER, path)
    expect([reply.status, body.error.code]).toEqual([status, code])
    expect(body.error.message).toContain(text)
    expect(body.error).not.toHaveProperty(['@Microsoft.PowerApps.CDS.TraceText'])
  })

  test('details come with annotations, a deletion is not emulated, a URL has an end', async () => {
    const detailed = await harness.get(REP, 'accounts?$select=nope', { prefer: 'odata.include-annotations="*"' })
    expect(detailed.body.error['@Microsoft.PowerApps.CDS.HelpLink']).toContain('80060888')
    const authorization = `Bearer ${await harness.mint(REP)}`
    expect((await harness.send(REP, 'DELETE', 'accounts(00000000-0000-0000-0000-000000000001)')).status).toBe(501)
    expect((await fetch(`${harness.dataverse.url}/elsewhere`, { headers: { authorization } })).status).toBe(404)
  })
})

describe('metadata', () => {
  test('tables, filtered by name and flag', async () => {
    const [table] = await rows(
      "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryNameAttribute,DisplayName&$filter=LogicalName eq 'opportunity'",
    )
    expect(table).toMatchObject({ EntitySetName: 'opportunities', PrimaryNameAttribute: 'name' })
    expect(table.DisplayName.UserLocalizedLabel.Label).toBe('Opportunity')
    const found = await rows(
      'EntityDefinitions?$select=LogicalName&$filter=IsValidForAdvancedFind eq true and IsIntersect eq false',
    )
    expect(found.map(({ LogicalName }) => LogicalName as string)).not.toContain('teammembership')
    const owned = await rows(
      "EntityDefinitions?$select=LogicalName&$filter=OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'OrganizationOwned'",
    )
    expect(owned.map(({ LogicalName }) => LogicalName as string)).toContain('product')
  })

  test('columns, choices, targets and relationships', async () => {
    const base = "EntityDefinitions(LogicalName='opportunity')"
    const columns = await rows(`${base}/Attributes?$select=LogicalName,AttributeType,AttributeOf`)
    expect(columns).toContainEqual(expect.objectContaining({ LogicalName: 'estimatedvalue', AttributeType: 'Money' }))
    const choices = await rows(
      `${base}/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet`,
    )
    const stage = choices.find(({ LogicalName }) => LogicalName === 'salesstage')
    const optionSet: Loose = stage.OptionSet ?? stage.GlobalOptionSet
    expect((optionSet.Options as Loose[]).map((option) => String(option.Label.UserLocalizedLabel.Label))).toEqual([
      'Qualify',
      'Develop',
      'Propose',
      'Close',
    ])
    for (const cast of ['State', 'Status', 'Boolean', 'MultiSelectPicklist']) {
      const reply = await harness.get(
        REP,
        `${base}/Attributes/Microsoft.Dynamics.CRM.${cast}AttributeMetadata?$select=LogicalName&$expand=OptionSet`,
      )
      expect([cast, reply.status]).toEqual([cast, 200])
    }
    const lookups = await rows(
      `${base}/Attributes/Microsoft.Dynamics.CRM.LookupAttributeMetadata?$select=LogicalName,Targets`,
    )
    const customer = lookups.find(({ LogicalName }) => LogicalName === 'customerid')
    expect((customer!.Targets as string[]).toSorted()).toEqual(['account', 'contact'])
    const relations = await rows(
      `${base}/ManyToOneRelationships?$select=SchemaName,ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName`,
    )
    expect(relations).toContainEqual(
      expect.objectContaining({
        ReferencingAttribute: 'customerid',
        ReferencingEntityNavigationPropertyName: 'customerid_account',
      }),
    )
    const whole = await harness.get(
      REP,
      `${base}?$select=LogicalName&$expand=Attributes($select=LogicalName;$filter=AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Money'),OneToManyRelationships($select=SchemaName)`,
    )
    expect(whole.body.Attributes.length).toBeGreaterThan(10)
    expect(whole.body.OneToManyRelationships.length).toBeGreaterThan(5)
  })
})
