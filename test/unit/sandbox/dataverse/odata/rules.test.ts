import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose } from '../harness.ts'
import { ANALYST, REP, column, seeded, startHarness } from '../harness.ts'

const FORMATTED = 'OData.Community.Display.V1.FormattedValue'
const ASHCOMBE = idOf('account', 'Ashcombe Joinery Ltd')

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const rows = async (path: string, persona = ANALYST): Promise<Loose[]> => {
  const reply = await harness.get(persona, path)
  expect([path, reply.status, reply.body?.error]).toEqual([path, 200, undefined])
  return reply.body.value as Loose[]
}

describe('$apply', () => {
  const apply = (text: string): Promise<Loose[]> => rows(`opportunities?$apply=${encodeURIComponent(text)}`)

  test('every method, over all rows', async () => {
    const values = (await rows('opportunities?$select=estimatedvalue_base')).flatMap(
      ({ estimatedvalue_base: base }) => (base as number | null) ?? [],
    )
    const sum = Math.round(values.reduce((total, value) => total + value * 100, 0)) / 100
    const [result] = await apply(
      'aggregate($count as n,estimatedvalue with sum as total,estimatedvalue with average as mean,estimatedvalue with min as low,estimatedvalue with max as high,salesstage with countdistinct as stages,createdon with max as newest)',
    )
    expect(result).toMatchObject({ low: Math.min(...values), high: Math.max(...values), stages: 4 })
    expect([result.total, result.mean].map(Number)).toEqual([
      expect.closeTo(sum, 3),
      expect.closeTo(sum / values.length, 3),
    ])
    expect(result.n).toBe(Number((await harness.get(ANALYST, 'opportunities/$count')).text))
    expect(result.newest).toMatch(/^2026-11-/)
  })

  test('groups behind several lookups, null groups without their key', async () => {
    const groups = await apply(
      'filter(statecode eq 0)/filter(estimatedvalue gt 10)/groupby((customerid_account/owninguser/fullname,salesstage),aggregate($count as n))',
    )
    const open = await rows('opportunities?$select=name&$filter=statecode eq 0 and estimatedvalue gt 10')
    expect(groups.reduce<number>((sum, { n }) => sum + Number(n), 0)).toBe(open.length)
    expect(groups.some((group) => typeof group.systemuser_fullname === 'string')).toBe(true)
    expect(groups.some((group) => !('salesstage' in group))).toBe(true)
  })

  test('distinct values, with their labels', async () => {
    const reply = await harness.get(ANALYST, 'opportunities?$apply=groupby((statecode,_ownerid_value))', {
      prefer: `odata.include-annotations="${FORMATTED}"`,
    })
    expect(reply.body.value.length).toBeGreaterThan(5)
    expect(reply.body.value[0]).toHaveProperty([`_ownerid_value@${FORMATTED}`])
  })

  test.each([
    ['groupby((createdon))', 'cannot group by the date'],
    ['groupby((stage))', "Could not find a property named 'stage'"],
    ['groupby(salesstage)', "'(' expected"],
    ['groupby((account/name))', "Could not find a property named 'account'"],
    ['aggregate(estimatedvalue with median as m)', "'median' is not supported"],
    ['aggregate(estimatedvalue sum as m)', "'with' expected"],
    ['aggregate(estimatedvalue with sum)', "'as' expected"],
    ['groupby((salesstage))/filter(salesstage eq 1)', 'No transformation is supported behind groupby()'],
    ['topcount(5,estimatedvalue)', 'Syntax error at position 0'],
    ['filter(salesstage eq 1)', "'/' expected"],
  ])('%s is refused', async (text, message) => {
    const reply = await harness.get(ANALYST, `opportunities?$apply=${encodeURIComponent(text)}`)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x80060888'])
    expect(reply.body.error.message).toContain(message)
  })

  test('text cannot be summed', async () => {
    const reply = await harness.get(ANALYST, 'accounts?$apply=aggregate(name with sum as s)')
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x8004112f'])
  })
})

describe('types', () => {
  const kinds = (left: string, right: string, kind = 'Equal'): string =>
    `Found operand types 'Edm.${left}' and 'Edm.${right}' for operator kind '${kind}'.`
  test.each([
    ['name eq 5', kinds('String', 'Int32')],
    ["revenue gt '5'", kinds('Decimal', 'String', 'GreaterThan')],
    ["creditonhold eq 'true'", kinds('Boolean', 'String')],
    ['creditonhold ne 1', kinds('Boolean', 'Int32', 'NotEqual')],
    ["createdon ge '2026-01-01'", kinds('DateTimeOffset', 'String', 'GreaterThanOrEqual')],
    ["_ownerid_value eq 'Priya Nair'", kinds('Guid', 'String')],
    ['name lt revenue', kinds('String', 'Decimal', 'LessThan')],
    ["contains(revenue,'5')", "No function signature for the function with name 'contains' matches"],
    ["startswith(createdon,'2026')", "No function signature for the function with name 'startswith'"],
    ['contains(name)', "No function signature for the function with name 'contains' matches"],
    ["contains(primarycontactid,'a')", 'No function signature'],
    ['name', 'must evaluate to a single boolean value'],
    ["tolower(name) eq 'a'", "An unknown function with name 'tolower' was found."],
    ["name eq 'a' AND name eq 'b'", 'Syntax error at position 12'],
    ['name = 1', 'Syntax error at position 5'],
    ["name like 'a%'", 'Syntax error at position 5'],
    ['createdon gt 2026-01-01T00:00:00', 'Syntax error'],
    [`accountid eq {${ASHCOMBE}}`, "character '{' is not valid"],
    [`accountid eq guid'${ASHCOMBE}'`, 'Syntax error'],
    [
      'primarycontactid/contact_customer_accounts/any(c:c/name eq null)',
      'Any/All may only be used following a collection.',
    ],
    [
      "primarycontactid/name eq 'a'",
      "Could not find a property named 'name' on type 'Microsoft.Dynamics.CRM.contact'.",
    ],
    ['@a eq 1&@a=@b&@b=@a', "The alias '@a' stands for itself."],
  ])('%s is refused', async (filter, message) => {
    const [text = '', ...aliases] = filter.split('&')
    const reply = await harness.get(ANALYST, `accounts?$filter=${[encodeURIComponent(text), ...aliases].join('&')}`)
    expect([reply.status, reply.body.error?.code]).toEqual([400, '0x80060888'])
    expect(reply.body.error.message).toContain(message)
  })

  test.each([
    `accountid eq '${ASHCOMBE}'`,
    `accountid eq ${ASHCOMBE.toUpperCase()}`,
    `primarycontactid/parentcustomerid_account/accountid eq ${ASHCOMBE}`,
    `'ashcombe joinery ltd' eq name`,
    `contains(name,'ashcombe') eq true`,
    `ownerid ne null and ownerid/ownerid ne null and accountid eq ${ASHCOMBE}`,
    `accountid eq ${ASHCOMBE} and createdon gt 2020-01-01 and createdon lt 2099-01-01T00:00:00+02:00`,
  ])('%s is accepted', async (filter) => {
    expect(
      (await rows(`accounts?$select=name&$filter=${encodeURIComponent(filter)}`)).map(({ name }) => String(name)),
    ).toEqual(['Ashcombe Joinery Ltd'])
  })

  test('an unterminated literal is said to end where the text does', async () => {
    const reply = await harness.get(ANALYST, "contacts?$filter=lastname eq 'O'Hara'")
    expect(reply.body.error.message).toBe("There is an unterminated literal at position 20 in 'lastname eq 'O'Hara''.")
  })
})

describe('versions', () => {
  test('a row that has not changed is not sent again', async () => {
    const path = `accounts(${ASHCOMBE})?$select=name`
    const etag = String((await harness.get(REP, path)).body['@odata.etag'])
    const again = (value: string, query = path): ReturnType<Harness['get']> =>
      harness.get(REP, query, { headers: { 'if-none-match': value } })
    const unchanged = await again(etag)
    expect([unchanged.status, unchanged.text]).toEqual([304, ''])
    for (const other of ['null', 'W/"1"']) expect((await again(other)).body.name).toBe('Ashcombe Joinery Ltd')
    expect((await again(etag, `${path}&$expand=primarycontactid($select=fullname)`)).status).toBe(200)
  })

  test('changes are those behind the token of the last answer', async () => {
    const first = await harness.get(ANALYST, 'accounts?$select=name', { prefer: 'odata.track-changes' })
    expect(first.headers.get('preference-applied')).toBe('odata.track-changes')
    const changes = await harness.get(ANALYST, String(first.body['@odata.deltaLink']))
    expect(changes.body.value).toEqual([])
    expect(changes.body['@odata.context']).toMatch(/#accounts\(name\)\/\$delta$/)
    expect((await rows('accounts?$select=name&$deltatoken=919042%2108%2f22%2f2017')).length).toBe(
      seeded('account').length,
    )
    const refused = await harness.get(ANALYST, 'accounts?$deltatoken=1!x&$top=1')
    expect(refused.status).toBe(400)
  })
})

describe('$select and $expand', () => {
  test('everything by *, an owner by its value, a reference with its value', async () => {
    const [all] = await rows('accounts?$select=*&$top=1')
    expect(Object.keys(all as object).length).toBeGreaterThan(100)
    const [row] = await rows(
      `accounts?$select=name,ownerid&$filter=accountid eq ${ASHCOMBE}&$expand=ownerid,primarycontactid/$ref`,
    )
    expect(row.ownerid).toEqual({ ownerid: row._ownerid_value as string })
    expect(row.primarycontactid['@odata.id']).toContain(`contacts(${String(row._primarycontactid_value)})`)
  })

  test('collections of both sides by N:N together, and with nothing else', async () => {
    const [user] = await rows(
      'systemusers?$select=fullname&$top=1&$expand=teammembership_association($select=name),systemuserroles_association($select=name)',
    )
    expect([user.teammembership_association, user.systemuserroles_association].every(Array.isArray)).toBe(true)
    for (const other of ['businessunitid', 'teammembership_association($expand=businessunitid)']) {
      const reply = await harness.get(ANALYST, `systemusers?$expand=systemuserroles_association,${other}`)
      expect([reply.status, reply.body.error.message]).toEqual([400, expect.stringContaining('many-to-many')])
    }
  })

  test('quotes inside an option end neither it nor its neighbour', async () => {
    const filter = encodeURIComponent(
      `Microsoft.Dynamics.CRM.In(PropertyName='lastname',PropertyValues=["O'Connor","a;b)"]) and fullname ne 'x;y)'`,
    )
    const [account] = await rows(
      `accounts?$select=name&$filter=accountid eq ${ASHCOMBE}&$expand=contact_customer_accounts($filter=${filter};$select=lastname)`,
    )
    expect(account.contact_customer_accounts).toEqual([expect.objectContaining({ lastname: "O'Connor" })])
  })

  test('the parties of an activity, and back', async () => {
    const [email] = await rows(
      'emails?$select=subject&$top=1&$expand=email_activity_parties($select=participationtypemask)',
    )
    expect(email.email_activity_parties.length).toBeGreaterThan(0)
    const senders = await rows(
      'activityparties?$select=participationtypemask&$filter=participationtypemask eq 1 and activityid_email/subject ne null&$expand=activityid_email($select=subject),activityid_task($select=subject)',
    )
    expect(senders.length).toBeGreaterThan(0)
    for (const sender of senders)
      expect([sender.activityid_email === null, sender.activityid_task]).toEqual([false, null])
  })

  test('nested rows are paged, and their link goes on', async () => {
    const path = `accounts?$select=name&$filter=accountid eq ${ASHCOMBE}&$expand=contact_customer_accounts($select=fullname;$expand=owninguser($select=fullname;$expand=businessunitid($select=name)))`
    const prefer = { prefer: 'odata.maxpagesize=2' }
    const [account] = (await harness.get(ANALYST, path, prefer)).body.value as Loose[]
    expect([
      account.contact_customer_accounts.length,
      Object.keys(account.contact_customer_accounts[0] as object),
    ]).toEqual([2, ['fullname', 'contactid', 'owninguser']])
    const link = String(account['contact_customer_accounts@odata.nextLink'])
    expect(decodeURIComponent(decodeURIComponent(decodeURIComponent(link)))).toContain('countOfRecords="2"')
    const rest = await harness.get(ANALYST, link, prefer)
    expect(rest.body.value.length).toBe(1)
    expect(rest.body.value[0].owninguser.businessunitid.name).toEqual(expect.any(String))
  })

  test.each([
    ['$skip=1', "'$skip' is not supported inside $expand"],
    ['$count=true', "'$count' is not supported inside $expand"],
    ['$levels=2', "'$levels' is not supported inside $expand"],
    ['$search=a', "'$search' is not supported inside $expand"],
    ['$select=nope', "Could not find a property named 'nope'"],
    ['$filter=fullname eq 5', 'incompatible types'],
  ])('contact_customer_accounts(%s) is refused', async (option, message) => {
    const reply = await harness.get(ANALYST, `accounts?$expand=contact_customer_accounts(${option})`)
    expect([reply.status, reply.body.error.message]).toEqual([400, expect.stringContaining(message)])
  })

  test('a lookup takes no order, and sixteen are too many', async () => {
    const ordered = await harness.get(ANALYST, 'accounts?$expand=primarycontactid($orderby=fullname)')
    expect(ordered.body.error.message).toContain('Only $select and $filter clause can be provided')
    const many = await harness.get(
      ANALYST,
      `accounts?$expand=${Array(16).fill('owninguser($select=fullname)').join(',')}`,
    )
    expect(many.status).toBe(400)
  })
})

test('brackets in text are no array, and a set of letters is a pattern', async () => {
  const found = await harness.get(
    ANALYST,
    `accounts?$select=name&$filter=${encodeURIComponent("startswith(name,'[a-b]')")}`,
  )
  const names = column(found, 'name') as string[]
  expect(names.length).toBeGreaterThan(2)
  expect(names.every((name) => /^[ab]/i.test(name))).toBe(true)
})
