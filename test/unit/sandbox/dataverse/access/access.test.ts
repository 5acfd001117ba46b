import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { generateKeyPair } from 'jose'

import { MARKER_PREFIX, markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import type { MarkerDepth } from '../../../../sandbox/dataverse/seed/markers.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness } from '../harness.ts'
import { ANALYST, ISSUER, MANAGER, NOW, REP, column, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
beforeEach(() => harness.dataverse.reset())
afterAll(() => harness.close())

describe('tokens', () => {
  const past = Math.floor(NOW.getTime() / 1000) - 60
  test.each([
    ['of another issuer', { iss: `${ISSUER}x` }, undefined],
    ['for another audience', {}, 'https://other.crm.example'],
    ['that has expired', { exp: past }, undefined],
    ['without the scope', { scp: 'profile' }, undefined],
    ['without an object id', { oid: undefined }, undefined],
  ])('one %s is refused', async (_what, claims, audience) => {
    const token = await harness.mint(REP, claims, audience)
    const reply = await harness.get(REP, 'WhoAmI', { token })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri=/)
    expect(reply.body.error.code).toBe('0x80044302')
  })

  test('one signed by another key is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const reply = await harness.get(REP, 'WhoAmI', { token: await harness.mint(REP, {}, undefined, privateKey) })
    expect(reply.status).toBe(401)
    expect(harness.dataverse.counters().unauthenticated).toBe(1)
  })

  test('an unsigned one and none at all are refused', async () => {
    const [header, payload] = (await harness.mint(REP)).split('.')
    const reply = await harness.get(REP, 'WhoAmI', { token: `${header ?? ''}.${payload ?? ''}.` })
    expect(reply.status).toBe(401)
    expect((await fetch(`${harness.dataverse.url}/api/data/v9.2/WhoAmI`)).status).toBe(401)
  })

  test('one that was right is refused from the second on at which its time is over', async () => {
    let now = NOW
    const own = await startHarness({ now: () => now })
    try {
      const token = await own.mint(REP)
      const statusAt = async (seconds: number): Promise<number> => {
        now = new Date(NOW.getTime() + seconds * 1000)
        return (await own.get(REP, 'WhoAmI', { token })).status
      }
      expect([await statusAt(0), await statusAt(3599), await statusAt(3600), await statusAt(0)]).toEqual([
        200, 200, 401, 200,
      ])
    } finally {
      await own.close()
    }
  })
})

describe('people', () => {
  test('WhoAmI names the user and the business unit', async () => {
    const { status, body, headers } = await harness.get(REP, 'WhoAmI')
    expect(status).toBe(200)
    expect(body.UserId).toBe(person(REP).systemUserId)
    expect(body.OrganizationId).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('odata-version')).toBe('4.0')
    expect(headers.get('content-type')).toBe('application/json; odata.metadata=minimal')
  })

  test.each([
    ['no Dynamics user', '0x80072560', 'The user is not a member of the organization.'],
    ['disabled user', '0x80040225', 'is disabled'],
  ])('%s is refused', async (persona, code, text) => {
    const reply = await harness.get(persona, 'WhoAmI')
    expect(reply.status).toBe(403)
    expect(reply.body.error.code).toBe(code)
    expect(reply.body.error.message).toContain(text)
  })

  test('nobody may act for another', async () => {
    const reply = await harness.get(REP, 'WhoAmI', { headers: { CallerObjectId: person(ANALYST).oid } })
    expect(reply.status).toBe(403)
    expect(reply.body.error.code).toBe('0x8004a110')
  })
})

const SEEN: readonly (readonly [string, readonly MarkerDepth[]])[] = [
  [REP, ['own', 'team']],
  [MANAGER, ['own', 'team', 'business unit', 'child unit']],
  [ANALYST, ['own', 'team', 'business unit', 'child unit', 'other unit', 'root unit']],
]

describe.each(SEEN)('rows for the %s', (persona, depths) => {
  const names = depths.map((depth) => `${MARKER_PREFIX} ${depth}`).sort()
  const filter = `startswith(name,'${MARKER_PREFIX}')`

  test('a list', async () => {
    const reply = await harness.get(persona, `opportunities?$select=name&$filter=${filter}`)
    expect(column(reply, 'name').sort()).toEqual(names)
  })

  test('FetchXML', async () => {
    const condition = `<condition attribute="name" operator="begins-with" value="${MARKER_PREFIX}"/>`
    const reply = await harness.fetchXml(
      persona,
      'opportunities',
      `<fetch><entity name="opportunity"><attribute name="name"/><filter>${condition}</filter></entity></fetch>`,
    )
    expect(column(reply, 'name').sort()).toEqual(names)
  })

  test('an aggregate and a count', async () => {
    const condition = `<condition attribute="name" operator="begins-with" value="${MARKER_PREFIX}"/>`
    const xml = `<fetch aggregate="true"><entity name="opportunity"><attribute name="opportunityid" aggregate="count" alias="n"/><filter>${condition}</filter></entity></fetch>`
    expect(column(await harness.fetchXml(persona, 'opportunities', xml), 'n')).toEqual([names.length])
    const count = await harness.get(persona, `opportunities/$count?$filter=${filter}`)
    expect(count.text).toBe(String(names.length))
  })

  test('single records', async () => {
    for (const depth of ['own', 'team', 'business unit', 'child unit', 'other unit', 'root unit'] as const) {
      const reply = await harness.get(persona, `opportunities(${markerId(depth)})?$select=name`)
      expect([depth, reply.status]).toEqual([depth, depths.includes(depth) ? 200 : 403])
      if (reply.status === 403) expect(reply.body.error.code).toBe('0x80048306')
    }
  })

  test('an expanded collection and a link-entity', async () => {
    const unit =
      'businessunits?$select=name&$expand=businessunit_opportunity_owningbusinessunit($select=name;$filter=' +
      filter +
      ')'
    const expanded = await harness.get(persona, unit)
    const inUnits = column(expanded, 'businessunit_opportunity_owningbusinessunit').flat() as { name: string }[]
    expect(inUnits.map(({ name }) => name).sort()).toEqual(names)
    const link = `<link-entity name="opportunity" from="owningbusinessunit" to="businessunitid" alias="o"><attribute name="name"/><filter><condition attribute="name" operator="begins-with" value="${MARKER_PREFIX}"/></filter></link-entity>`
    const joined = await harness.fetchXml(
      persona,
      'businessunits',
      `<fetch><entity name="businessunit">${link}</entity></fetch>`,
    )
    expect(column(joined, 'o.name').sort()).toEqual(names)
  })
})

describe('privileges', () => {
  test('a table without any read privilege is refused everywhere', async () => {
    const xml =
      '<fetch><entity name="opportunity"><link-entity name="quote" from="opportunityid" to="opportunityid"/></entity></fetch>'
    const replies = [
      await harness.get(REP, 'quotes?$select=name'),
      await harness.get(REP, `quotes(${markerId('own')})`),
      await harness.get(REP, 'opportunities?$select=name&$expand=opportunity_quotes($select=name)'),
      await harness.fetchXml(REP, 'opportunities', xml),
    ]
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    expect(replies[0]?.body.error.code).toBe('0x80040220')
    expect(replies[0]?.body.error.message).toContain('is missing prvReadQuote privilege')
    expect((await harness.get(MANAGER, 'quotes?$select=name')).status).toBe(200)
  })

  test('everybody reads users, teams, units and metadata', async () => {
    for (const path of [
      'systemusers?$select=fullname',
      'teams?$select=name',
      'businessunits?$select=name',
      'EntityDefinitions?$select=LogicalName',
    ]) {
      const reply = await harness.get(REP, path)
      expect([path, reply.status]).toEqual([path, 200])
      expect(reply.body.value.length).toBeGreaterThan(2)
    }
  })

  test('a missing row is not a forbidden one', async () => {
    const id = '11111111-2222-4333-8444-555555555555'
    const reply = await harness.get(REP, `accounts(${id})`)
    expect(reply.status).toBe(404)
    expect(reply.body.error).toEqual({ code: '0x80040217', message: `account With Id = ${id} Does Not Exist` })
  })
})

describe('the personas’ questions have answers, and the manager has more', () => {
  test.each([
    [
      'closing this month',
      "opportunities?$select=name&$filter=statecode eq 0 and Microsoft.Dynamics.CRM.ThisMonth(PropertyName='estimatedclosedate')",
    ],
    ['open deals over £50k', 'opportunities?$select=name&$filter=statecode eq 0 and estimatedvalue gt 50000'],
    ['open cases', 'incidents?$select=title&$filter=statecode eq 0'],
    ['new leads', 'leads?$select=fullname&$filter=statecode eq 0'],
    ['accounts', 'accounts?$select=name'],
  ])('%s', async (_question, path) => {
    const [rep, manager, analyst] = await Promise.all([REP, MANAGER, ANALYST].map((who) => harness.get(who, path)))
    expect(rep?.body.value.length).toBeGreaterThan(3)
    expect(manager?.body.value.length).toBeGreaterThan(Number(rep?.body.value.length))
    expect(analyst?.body.value.length).toBeGreaterThan(Number(manager?.body.value.length))
  })
})

describe('the control surface', () => {
  const control = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${harness.dataverse.url}/__sandbox/${path}`, init)

  test('counts requests by kind and person', async () => {
    await harness.get(REP, 'WhoAmI')
    await harness.get(REP, 'accounts?$top=1')
    await harness.get(MANAGER, `accounts(${markerId('own')})`)
    await harness.get(MANAGER, 'EntityDefinitions?$select=LogicalName')
    await harness.fetchXml(MANAGER, 'accounts', '<fetch><entity name="account"/></fetch>')
    const counters = await (await control('counters')).json()
    expect(counters).toEqual(harness.dataverse.counters())
    expect(counters).toMatchObject({ total: 5, kinds: { whoami: 1, query: 1, record: 1, metadata: 1, fetchxml: 1 } })
    expect(harness.dataverse.counters().users[person(REP).upn]).toMatchObject({ whoami: 1, query: 1, record: 0 })
    expect((await control('reset', { method: 'POST' })).status).toBe(200)
    expect(harness.dataverse.counters().total).toBe(0)
  })

  test.each([
    ['throttle', 429, '0x80072322', 'retry-after', '7'],
    ['down', 503, '0x8004a104', 'retry-after', '7'],
    ['unauthorized', 401, '0x8004a101', 'www-authenticate', 'Bearer'],
    ['timeout', 500, '0x80044151', 'odata-version', '4.0'],
  ] as const)('the fault %s hits one person as often as asked', async (kind, status, code, header, value) => {
    const fault = { upn: person(REP).upn, kind, retryAfter: 7, times: 1 }
    expect((await control('fault', { method: 'POST', body: JSON.stringify(fault) })).status).toBe(200)
    expect((await harness.get(MANAGER, 'WhoAmI')).status).toBe(200)
    const hit = await harness.get(REP, 'WhoAmI')
    expect([hit.status, hit.body.error.code, hit.headers.get(header)]).toEqual([status, code, value])
    expect((await harness.get(REP, 'WhoAmI')).status).toBe(200)
  })

  test('a delay, a broken answer and a dropped connection', async () => {
    harness.dataverse.fault({ upn: '*', kind: 'delay', ms: 120, times: 1 })
    const started = performance.now()
    await harness.get(REP, 'WhoAmI')
    expect(performance.now() - started).toBeGreaterThan(110)
    harness.dataverse.fault({ upn: '*', kind: 'malformed', times: 1 })
    expect((await harness.get(REP, 'WhoAmI')).body).toBeUndefined()
    harness.dataverse.fault({ upn: '*', kind: 'drop', times: 1 })
    await expect(harness.get(REP, 'WhoAmI')).rejects.toThrow('fetch failed')
  })

  test('mints a token that works, and refuses what it does not know', async () => {
    const minted = await control(`token?upn=${person(REP).upn}`)
    expect(minted.headers.get('content-type')).toBe('text/plain')
    expect((await harness.get(REP, 'WhoAmI', { token: await minted.text() })).status).toBe(200)
    expect((await control('fault', { method: 'POST', body: '{"upn":"*","kind":"earthquake"}' })).status).toBe(400)
    expect((await control('nothing')).status).toBe(404)
  })
})
