import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { UK_COMPANIES } from '../../../../sandbox/dataverse/seed/names.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST, MANAGER, REP, column, seeded, startHarness } from '../harness.ts'
import { CROWD, created, refusal } from '../write/support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ people: CROWD })
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const ANNOTATED = { prefer: 'odata.include-annotations="*"' }
const NONE = '00000000-0000-0000-0000-000000000000'
const call = (set: string, id: string, paging?: Loose): string => {
  const target = encodeURIComponent(`{'@odata.id':'${set}(${id})'}`)
  const page = paging === undefined ? '' : `&@p=${encodeURIComponent(JSON.stringify(paging))}`
  return `RetrieveRecordChangeHistory(Target=@t${page && ',PagingInfo=@p'})?@t=${target}${page}`
}
const history = (persona: string, set: string, id: string, paging?: Loose): Promise<Reply> =>
  harness.get(persona, call(set, id, paging), ANNOTATED)
const detailsOf = ({ body }: Reply): Loose[] => body.AuditDetailCollection.AuditDetails as Loose[]
const patch = async (path: string, body: Loose): Promise<void> => {
  expect((await harness.send(MANAGER, 'PATCH', path, { body })).status).toBe(204)
}

/** An account of the sales rep with a name, a number and an owner that changed. */
async function changed(): Promise<string> {
  const { accountid, _ownerid_value } = await created(harness, REP, 'accounts', { name: 'Old', numberofemployees: 7 })
  await patch(`accounts(${String(accountid)})`, { name: 'New', numberofemployees: null, donotemail: true })
  await patch(`accounts(${String(accountid)})`, { 'ownerid@odata.bind': `/systemusers(${String(_ownerid_value)})` })
  return String(accountid)
}

describe('the history of a record', () => {
  test('says newest first what was and what is, as the columns have it, and who', async () => {
    const details = detailsOf(await history(MANAGER, 'accounts', await changed()))
    expect(details.map(({ AuditRecord }) => AuditRecord.action as number)).toEqual([13, 2, 1])
    const [assigned, updated, made] = details
    expect(assigned.NewValue).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.CRM.account',
      '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
      '_ownerid_value@OData.Community.Display.V1.FormattedValue': 'Priya Nair',
    })
    expect(updated.OldValue).toMatchObject({ name: 'Old', numberofemployees: 7 })
    expect(updated.NewValue).toMatchObject({
      name: 'New',
      donotemail: true,
      'donotemail@OData.Community.Display.V1.FormattedValue': 'Do Not Allow',
    })
    expect(updated.NewValue).not.toHaveProperty('numberofemployees')
    expect(updated.AuditRecord).toMatchObject({
      '_userid_value@OData.Community.Display.V1.FormattedValue': 'Marcus Webb',
      createdon: '2026-11-24T09:30:00Z',
      transactionid: NONE,
    })
    expect(Object.keys(made.OldValue as object)).toEqual(['@odata.type'])
  })

  test('comes in pages that the cookie of each leads to, with a total where one is asked for', async () => {
    const id = await changed()
    const whole = detailsOf(await history(ANALYST, 'accounts', id))
    const seen: Loose[] = []
    let cookie = ''
    for (const page of [1, 2]) {
      const paging = { PageNumber: page, Count: 2, ReturnTotalRecordCount: true, PagingCookie: cookie }
      const { AuditDetailCollection: found } = (await history(ANALYST, 'accounts', id, paging)).body
      expect([found.MoreRecords, found.TotalRecordCount]).toEqual([page === 1, 3])
      for (const one of found.AuditDetails as Loose[]) seen.push(one)
      cookie = found.PagingCookie as string
    }
    expect(seen).toEqual(whole)
    expect(cookie).toBe('')
  })

  test.each([
    ['a row that is not there', 'accounts', NONE],
    ['a table that is not audited', 'tasks', ''],
  ])('%s has none', async (_what, set, id) => {
    const some = id === '' ? String(column(await harness.get(ANALYST, `${set}?$top=1`), 'activityid')[0]) : id
    const reply = await history(ANALYST, set, some)
    expect([reply.status, detailsOf(reply)]).toEqual([200, []])
    expect(reply.body.AuditDetailCollection).toMatchObject({ MoreRecords: false, TotalRecordCount: -1 })
  })

  const ACCOUNT = `{'@odata.id':'accounts(${NONE})'}`
  test.each([
    ['no target', 'RetrieveRecordChangeHistory()', 400],
    ['an alias without a value', 'RetrieveRecordChangeHistory(Target=@t)', 400],
    ['another alias', `RetrieveRecordChangeHistory(Target=@t)?@target=${ACCOUNT}`, 400],
    ['no alias', `RetrieveRecordChangeHistory(Target=${ACCOUNT})`, 400],
    ['a bare id', `RetrieveRecordChangeHistory(Target=@t)?@t='${NONE}'`, 400],
    ['no @odata.id', `RetrieveRecordChangeHistory(Target=@t)?@t={'accountid':'${NONE}'}`, 400],
    ['the singular', `RetrieveRecordChangeHistory(Target=@t)?@t={'@odata.id':'account(${NONE})'}`, 404],
    ['a set alone', `RetrieveRecordChangeHistory(Target=@t)?@t={'@odata.id':'accounts'}`, 400],
    ['JSON cut off', `RetrieveRecordChangeHistory(Target=@t)?@t={'@odata.id':`, 400],
    ['a query option', `RetrieveRecordChangeHistory(Target=@t)?@t=${ACCOUNT}&$top=1`, 400],
    ['another parameter', `RetrieveRecordChangeHistory(Entity=@t)?@t=${ACCOUNT}`, 404],
    ['a member of no paging', call('accounts', NONE, { Page: 1 }), 400],
    ['a page that is no number', call('accounts', NONE, { PageNumber: '1' }), 400],
    ['a second page without its cookie', call('accounts', NONE, { PageNumber: 2, Count: 1 }), 400],
  ])('%s is refused', async (_what, path, status) => {
    expect((await harness.get(ANALYST, path)).status).toBe(status)
  })

  test('the cookie of another row is refused', async () => {
    const [id, other] = [await changed(), await changed()]
    const { PagingCookie } = (await history(ANALYST, 'accounts', id, { Count: 1 })).body.AuditDetailCollection
    const paging = { PageNumber: 2, Count: 1, PagingCookie: PagingCookie as string }
    expect((await history(ANALYST, 'accounts', id, paging)).status).toBe(200)
    expect(refusal(await history(ANALYST, 'accounts', other, paging))).toEqual([400, '0x80040203'])
  })

  test('goes within a batch', async () => {
    const id = await changed()
    const part = `GET ${harness.dataverse.url}/api/data/v9.2/${call('accounts', id)} HTTP/1.1\r\n\r\n`
    const body = `--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${part}\r\n--b--\r\n`
    const headers = { 'content-type': 'multipart/mixed;boundary=b' }
    const reply = await harness.send(ANALYST, 'POST', '$batch', { body, headers })
    expect(reply.text.match(/AttributeAuditDetail/g)).toHaveLength(3)
  })
})

describe('who may read it', () => {
  test.each([
    [REP, [403, '0x80040220'], [403, '0x80040220']],
    [MANAGER, [200, undefined], [403, '0x80040220']],
    [ANALYST, [200, undefined], [200, undefined]],
  ])('%s: the history %j, the table %j', async (persona, of, table) => {
    const id = await changed()
    expect(refusal(await history(persona, 'accounts', id))).toEqual(of)
    expect(refusal(await harness.get(persona, 'audits?$top=1'))).toEqual(table)
    const { body } = await harness.get(persona, `systemusers?$select=fullname&$filter=systemuserid eq ${NONE}`)
    expect(body.value).toEqual([])
  })

  test('what is missing is named, and is among the privileges of those who have it', async () => {
    const { body } = await history(REP, 'accounts', NONE)
    expect(body.error.message).toContain('is missing prvReadRecordAuditHistory privilege')
    for (const [persona, has] of [[REP, false] as const, [MANAGER, true] as const]) {
      const me = (await harness.get(persona, 'WhoAmI')).body.UserId as string
      const path = `systemusers(${me})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()`
      const names = ((await harness.get(persona, path)).body.RolePrivileges as Loose[]).map(
        ({ PrivilegeName }) => PrivilegeName as string,
      )
      expect(names.includes('prvReadRecordAuditHistory')).toBe(has)
    }
  })

  test('of a row that one may not read there is none', async () => {
    const mine = column(await harness.get(MANAGER, 'accounts?$select=accountid'), 'accountid')
    const all = column(await harness.get(ANALYST, 'accounts?$select=accountid'), 'accountid')
    const foreign = all.find((id) => !mine.includes(id))
    expect(refusal(await history(MANAGER, 'accounts', String(foreign)))).toEqual([403, '0x80048306'])
  })

  test('a secured column is told to whom its profile opens alone; that something changed is told', async () => {
    const { body } = await harness.get(
      ANALYST,
      "audits?$filter=objecttypecode eq 'account' and contains(changedata,'creditlimit')",
    )
    const readable = column(await harness.get(MANAGER, 'accounts?$select=accountid'), 'accountid')
    const ids = (body.value as Loose[]).map((row) => row._objectid_value as string)
    const id = String(ids.find((one) => readable.includes(one)))
    const open = await history(MANAGER, 'accounts', id)
    expect(open.text).toContain('creditlimit')
    const me = CROWD.find(({ persona }) => persona === MANAGER)?.systemUserId ?? ''
    harness.dataverse.withdrawProfile(me)
    const closed = await history(MANAGER, 'accounts', id)
    expect(closed.text).not.toContain('creditlimit')
    expect(detailsOf(closed)).toHaveLength(detailsOf(open).length)
  })

  test('one audit has its details for whoever has both privileges', async () => {
    const id = await changed()
    const [first] = detailsOf(await history(ANALYST, 'accounts', id))
    const path = `audits(${String(first.AuditRecord.auditid)})/Microsoft.Dynamics.CRM.RetrieveAuditDetails`
    expect((await harness.get(ANALYST, path, ANNOTATED)).body.AuditDetail).toEqual(first)
    expect(refusal(await harness.get(MANAGER, path))).toEqual([403, '0x80040220'])
  })
})

describe('auditing is switched', () => {
  const organization = async (): Promise<unknown> =>
    column(await harness.get(REP, 'organizations?$select=isauditenabled'), 'isauditenabled')[0]
  const ofTable = async (path: string): Promise<unknown> =>
    (await harness.get(REP, `EntityDefinitions(LogicalName='account')${path}?$select=IsAuditEnabled`)).body
      .IsAuditEnabled.Value as unknown

  test.each([
    ['for the organization', () => harness.dataverse.audit({ organization: false }), [false, true, true], 110],
    [
      'for a table',
      () => harness.dataverse.publish({ kind: 'audit-entity', entity: 'account', isAudited: false }),
      [true, false, true],
      108,
    ],
    [
      'for a column',
      () => harness.dataverse.publish({ kind: 'audit-column', entity: 'account', column: 'name', isAudited: false }),
      [true, true, false],
      109,
    ],
  ])('off %s: nothing more is noted, what was stays, and that it was is told', async (_what, off, flags, action) => {
    const id = await changed()
    off()
    expect([await organization(), await ofTable(''), await ofTable("/Attributes(LogicalName='name')")]).toEqual(flags)
    await patch(`accounts(${id})`, { name: 'Unseen' })
    const details = detailsOf(await history(ANALYST, 'accounts', id))
    const bare = details.filter((one) => one['@odata.type'] === undefined)
    expect(bare.map(({ AuditRecord }) => [AuditRecord.action, AuditRecord._objectid_value] as unknown[])).toEqual([
      [action, NONE],
    ])
    expect(details).toHaveLength(4)
    expect(details.map(({ NewValue }) => NewValue?.name as unknown)).not.toContain('Unseen')
    harness.dataverse.reset()
    expect([await organization(), await ofTable(''), await ofTable("/Attributes(LogicalName='name')")]).toEqual([
      true,
      true,
      true,
    ])
  })

  test('a column is not audited from the start', async () => {
    const { accountid } = await created(harness, REP, 'accounts', { name: 'x', description: 'unheard' })
    await patch(`accounts(${String(accountid)})`, { description: 'of' })
    const details = detailsOf(await history(ANALYST, 'accounts', String(accountid)))
    expect([details.length, JSON.stringify(details).includes('unheard')]).toEqual([1, false])
  })

  test('without the audit record, as the page has it, nobody is named', async () => {
    harness.dataverse.audit({ withRecord: false })
    const details = detailsOf(await history(ANALYST, 'accounts', await changed()))
    expect(details.map((one) => 'AuditRecord' in one)).toEqual([false, false, false])
  })

  test('a long text is cut, and a column that is gone is named', async () => {
    const changedAttributes = [
      { logicalName: 'hp_gone', oldValue: 'a', newValue: 'b' },
      { logicalName: 'name', oldValue: 'x'.repeat(6000), newValue: 'short' },
    ]
    const id = idOf('account', UK_COMPANIES[2] ?? '')
    const odd = seeded('audit').find(({ objecttypecode }) => objecttypecode === 'account')
    const values = { ...odd, objectid: { entity: 'account', id }, changedata: JSON.stringify({ changedAttributes }) }
    const other = await startHarness({ rows: [{ entity: 'audit', values }] })
    const [detail] = detailsOf(await other.get(ANALYST, call('accounts', id)))
    await other.close()
    expect(detail.OldValue.name).toMatch(/^x{4999}…$/)
    expect(detail.NewValue.name).toBe('short')
    expect(detail.DeletedAttributes).toMatchObject({ Count: 1, Values: ['hp_gone'] })
  })

  test.each([
    ['{"organization": false}', 200],
    ['{"withRecord": false}', 200],
    ['{"organization": "no"}', 400],
    ['{"table": false}', 400],
    ['[', 400],
  ])('by hand: %s', async (body, status) => {
    const url = `${harness.dataverse.url}/__sandbox/audit`
    expect((await fetch(url, { method: 'POST', body })).status).toBe(status)
  })
})
