import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness } from '../../support/harness.ts'
import { rowsAsObjects } from '../../support/rows.ts'
import { called, openStage, type Called, type Stage } from '../../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
type Row = Readonly<Record<string, unknown>>
const query = (args: Args, on = worker): Promise<Called> => called(on, 'query_crm', args, 'analyst')
const record = (args: Args): Promise<Called> => called(worker, 'get_record', args, 'analyst')
const rowsOf = ({ answer }: Called): readonly Row[] => {
  expect(answer.structuredContent?.error).toBeUndefined()
  return rowsAsObjects(answer.structuredContent)
}
const textOf = ({ answer }: Called): string => answer.content[0]?.text ?? ''
const OPPORTUNITIES = { entity: 'opportunity', select: ['name', 'estimatedvalue'] }
const REGARDING = { lookup: 'regardingobjectid', select: ['estimatedvalue', 'fullname', 'revenue'] }
const TASKS = { entity: 'task', select: ['subject'], filter: 'regardingobjectid ne null', expand: [REGARDING] }
const TEXT: unknown = expect.any(String)
const columnOf = ({ answer }: Called, name: string): unknown =>
  answer.structuredContent?.columns?.find((one) => one.name === name)
const behind = ({ answer }: Called, name: string): unknown[] =>
  Object.values(answer.structuredContent?.values?.[name] ?? {})
const PARTIES = { lookup: 'email_activity_parties', select: ['partyid'] }

describe('related rows', () => {
  test('the parties of a linked activity are refused, and the refusal leads to them', async () => {
    const { answer } = await query({
      entity: 'account',
      select: ['name'],
      expand: [{ lookup: 'Account_Emails', select: ['to'] }],
    })
    expect(answer.structuredContent?.error).toMatchObject({ code: 'unreadable_column' })
    const nextStep = String(answer.structuredContent?.error?.nextStep)
    const expand = nextStep.slice(nextStep.indexOf('{'), nextStep.lastIndexOf('}') + 1)
    const expanded = await query({ entity: 'email', select: ['subject'], expand: [JSON.parse(expand)], top: 1 })
    expect(rowsOf(expanded)).toHaveLength(1)
    const parts = behind(expanded, 'email_activity_parties.participationtypemask')
    expect(parts).toEqual(expect.arrayContaining([1, 2]))
  })

  test('of a lookup come under its name, with the reference', async () => {
    const expand = [{ lookup: 'owninguser', select: ['fullname', 'title'] }]
    const one = await query({ ...OPPORTUNITIES, expand, filter: 'owninguser ne null', top: 1 })
    const [row] = rowsOf(one)
    expect(row).toMatchObject({ 'owninguser.fullname': TEXT })
    expect(columnOf(one, 'owninguser.fullname')).toEqual({ name: 'owninguser.fullname' })
  })

  test('of a collection come as a list', async () => {
    const expand = [{ lookup: 'contact_customer_accounts', select: ['fullname'] }]
    const filter = 'contact_customer_accounts/any(c:c/fullname ne null)'
    const one = await query({ entity: 'account', select: ['name'], expand, filter, top: 1 })
    const columns = [{ name: 'fullname' }, { name: 'contactid' }]
    expect(columnOf(one, 'contact_customer_accounts')).toEqual({ name: 'contact_customer_accounts', columns })
    expect(rowsOf(one)[0]?.contact_customer_accounts).toContainEqual([TEXT, TEXT])
  })
})

describe('the parties of an activity', () => {
  test('are found by whether there are any', async () => {
    const emails = { entity: 'email', select: ['subject'], expand: [PARTIES], top: 500 }
    const total = async (filter: string): Promise<number> => rowsOf(await query({ ...emails, filter })).length
    const all = rowsOf(await query(emails)).length
    expect(await total('to ne null')).toBeGreaterThan(0)
    expect((await total('to ne null')) + (await total('to eq null'))).toBe(all)
    expect(await total('bcc ne null')).toBe(0)
  })

  const COLUMNS = '<attribute name="subject"/><attribute name="from"/><attribute name="to" alias="whom"/>'

  test.each([
    ['in select', { entity: 'email', select: ['subject', 'To', 'from'] }],
    ['alone', { entity: 'email', select: ['from', 'to'] }],
    ['in FetchXML', { fetchxml: `<fetch><entity name="email">${COLUMNS}</entity></fetch>` }],
    ['beside their collection', { entity: 'email', select: ['from', 'to'], expand: [PARTIES] }],
  ])('come under the columns that name them by one request more, %s', async (_how, args) => {
    await query({ ...args, top: 5 })
    const hot = await query({ ...args, top: 5 })
    expect(hot.requests).toBe(2)
    const rows = rowsOf(hot)
    expect(rows).toHaveLength(5)
    for (const row of rows) expect(row).toMatchObject({ from: [[TEXT]], to: [expect.arrayContaining([TEXT])] })
    for (const id of behind(hot, 'from.from')) expect(id).toMatch(/^systemuser\/[\da-f-]{36}$/)
    expect(behind(hot, 'to.to').length).toBeGreaterThan(0)
    expect(rows.some((row) => 'email_activity_parties' in row)).toBe('expand' in args)
  })

  test.each([
    ['by id', 1, [], (row: Row) => row.activityid],
    ['by id, beside their collection', 2, [PARTIES], (row: Row) => row.activityid],
    ['by name', 2, [], (row: Row) => row.subject],
  ])('come with a record %s as with a list: %i', async (_how, requests, expand, idOf) => {
    const one = { entity: 'email', select: ['subject', 'from', 'to'], expand }
    const all = rowsOf(await query({ ...one, orderby: 'createdon' }))
    const named = Map.groupBy(all, ({ subject }) => subject)
    const [row] = all.filter(({ subject }) => named.get(subject)?.length === 1)
    const { answer, requests: made } = await record({ ...one, id: idOf(row!) })
    expect(made).toBe(requests)
    const [alone] = rowsOf(await query({ ...one, filter: `activityid eq ${String(row?.activityid)}` }))
    expect(answer.structuredContent?.record).toEqual(alone)
  })

  test.each([
    [
      'grouped by',
      '<attribute name="to" alias="t" groupby="true"/><attribute name="activityid" alias="n" aggregate="count"/>',
    ],
    ['counted', '<attribute name="to" alias="n" aggregate="countcolumn"/>'],
    ['ordered by', '<attribute name="subject"/><order attribute="to"/>'],
  ])('cannot be %s', async (_how, inner) => {
    const aggregate = inner.includes('alias') ? ' aggregate="true"' : ''
    const { answer } = await query({ fetchxml: `<fetch${aggregate}><entity name="email">${inner}</entity></fetch>` })
    expect(answer.structuredContent?.error).toMatchObject({ code: 'unreadable_column' })
    expect(answer.structuredContent?.error?.nextStep).toContain('<link-entity name="activityparty"')
  })

  test('of rows that have no id, and of linked rows, are left out, and the answer says so', async () => {
    const inner = '<attribute name="subject"/><attribute name="to"/>'
    for (const fetchxml of [
      `<fetch distinct="true" top="1"><entity name="email">${inner}</entity></fetch>`,
      `<fetch top="1"><entity name="account"><attribute name="name"/><link-entity name="email" from="regardingobjectid" to="accountid" alias="e">${inner}</link-entity></entity></fetch>`,
    ]) {
      const { answer } = await query({ fetchxml })
      expect(answer.structuredContent?.rows).toHaveLength(1)
      expect(answer.structuredContent?.interpreted).toContainEqual(
        expect.stringContaining('link activityparty by activityid'),
      )
    }
  })
})

describe('the row behind a lookup to many tables', () => {
  test('comes with the reference to it, with those of the columns that its table has', async () => {
    const all = await query({ ...TASKS, top: 50 })
    const ids = (all.answer.structuredContent?.values?.['regardingobjectid'] ?? {}) as Readonly<Record<string, string>>
    const rows = rowsOf(all).map((row) => ({ row, label: String(row.regardingobjectid) }))
    const kinds = rows.map(({ label }) => ids[label]?.split('/')[0])
    expect(new Set(kinds).size).toBeGreaterThan(1)
    expect(kinds).not.toContain(undefined)
    for (const { row, label } of rows.filter((_row, at) => kinds[at] === 'contact'))
      expect(label.startsWith(String(row['regardingobjectid.fullname']))).toBe(true)
    const accounts = rows.filter((_row, at) => kinds[at] === 'account')
    expect(accounts.some(({ row }) => typeof row['regardingobjectid.revenue'] === 'number')).toBe(true)
  })

  test.each([
    ['by id', (row: Row) => row.activityid],
    ['by name', (row: Row) => row.subject],
  ])('comes with a record %s as it does with a list', async (_what, idOf) => {
    const [row] = rowsOf(await query({ ...TASKS, orderby: 'subject desc', top: 1 }))
    const { answer } = await record({ entity: 'task', id: idOf(row!), select: ['subject'], expand: [REGARDING] })
    expect(row?.regardingobjectid).toEqual(TEXT)
    expect(answer.structuredContent?.record).toEqual(row)
  })

  test.each([
    ['with a list', () => query({ ...TASKS, expand: [{ ...REGARDING, select: ['estimatedvalu'] }] })],
    [
      'with a record',
      async () => {
        const [row] = rowsOf(await query({ ...TASKS, top: 1 }))
        return await record({ entity: 'task', id: row!.activityid, expand: [{ ...REGARDING, select: ['fulname'] }] })
      },
    ],
  ])('is not read for a column that none of its tables has: %s', async (_what, ask) => {
    const { answer } = await ask()
    expect(answer.structuredContent?.error).toMatchObject({ code: 'unknown_column' })
  })
})

describe('unknown columns of an expansion are told at once', () => {
  test.each([
    ['behind a lookup', 'opportunity', 'parentaccountid', ['nam', 'name', 'revenu', 'zzqqxxyy'], 'account'],
    ['behind the owner', 'opportunity', 'ownerid', ['fulname', 'domainnam'], 'systemuser'],
    ['of a collection', 'account', 'opportunity_parent_account', ['nam', 'estimatedvalu'], 'opportunity'],
  ])('%s', async (_what, entity, lookup, select, behind) => {
    const asked = { entity, select: ['createdon'], top: 1, expand: [{ lookup, select }] }
    const id = '00000000-0000-0000-0000-000000000000'
    for (const one of [await query(asked), await record({ entity, id, expand: asked.expand })]) {
      const { code, text, nextStep } = one.answer.structuredContent?.error ?? {}
      const wrong = select.filter((name) => name !== 'name')
      expect([code, text]).toEqual([
        'unknown_column',
        `The entity ${behind} has no columns ${wrong.map((name) => `"${name}"`).join(', ')}.`,
      ])
      for (const name of wrong.filter((one) => one !== 'zzqqxxyy')) expect(nextStep).toContain(`for "${name}": `)
    }
  })
})

describe('amounts', () => {
  test('of linked rows are in their own currency, those of the rows in theirs', async () => {
    const expand = [{ lookup: 'parentaccountid', select: ['name', 'revenue'] }]
    const filter = "parentaccountid/revenue ne null and estimatedvalue ne null and transactioncurrencyid eq 'GBP'"
    const { answer } = await query({ ...OPPORTUNITIES, expand, filter, top: 100 })
    const own = { name: 'estimatedvalue', kind: 'money', currency: 'Pound Sterling' }
    expect(answer.structuredContent?.columns).toEqual(
      expect.arrayContaining([own, { name: 'parentaccountid.revenue', kind: 'money' }]),
    )
    const rows = rowsAsObjects(answer.structuredContent)
    expect(rows.length).toBeGreaterThan(5)
    for (const row of rows) {
      expect([row.estimatedvalue, row['parentaccountid.revenue']]).toEqual([expect.any(Number), expect.any(Number)])
      expect(row['parentaccountid.revenue currency']).toMatch(/^[£€$]/)
    }
  })

  test('are added up in the base currency, with its sign, and the answer says so', async () => {
    const sum = (name: string): Args => ({
      fetchxml: `<fetch aggregate="true"><entity name="opportunity"><attribute name="${name}" alias="total" aggregate="sum"/></entity></fetch>`,
    })
    const { answer } = await query(sum('estimatedvalue'))
    expect(answer.structuredContent?.rows).toEqual([[expect.any(Number)]])
    expect(answer.structuredContent?.columns).toEqual([{ name: 'total', kind: 'money', currency: 'GBP' }])
    expect(rowsAsObjects(answer.structuredContent)).toEqual(rowsOf(await query(sum('estimatedvalue_base'))))
    expect(answer.structuredContent?.interpreted).toEqual([expect.stringContaining('over estimatedvalue_base')])
  })
})

describe('a cursor', () => {
  test('goes on with all that was expanded', async () => {
    const args = { entity: 'email', select: ['subject', 'to'], filter: 'regardingobjectid ne null', orderby: 'subject' }
    const owner = { lookup: 'owninguser', select: ['fullname'] }
    const expand = [{ lookup: 'regardingobjectid', select: ['name', 'fullname'] }, PARTIES, owner]
    const plain = (row: Row): unknown => JSON.parse(JSON.stringify(row).replaceAll(/ #[\da-f]{8}/g, ''))
    const all = rowsOf(await query({ ...args, expand, top: 8 }, stage.coldWorker({ resultBytes: 200_000 })))
    const whole = all.map(plain)
    const first = await query({ ...args, expand, top: 4 })
    const second = await query({ cursor: first.answer.structuredContent?.cursor })
    expect(whole).toHaveLength(8)
    expect([...rowsOf(first), ...rowsOf(second)].map(plain)).toEqual(whole)
    for (const key of ['regardingobjectid', 'to', 'email_activity_parties', 'owninguser_email.fullname'])
      for (const page of [first, second]) expect(rowsOf(page).some((row) => (row[key] ?? null) !== null)).toBe(true)
  })
})

describe('the text alone', () => {
  test('has what was expanded, the id of each row, a link and the cursor', async () => {
    const expand = [{ lookup: 'parentaccountid', select: ['name', 'revenue'] }]
    const one = await query({ ...OPPORTUNITIES, expand, filter: 'parentaccountid/revenue ne null', top: 2 })
    const text = textOf(one)
    const { cursor, recordLink } = one.answer.structuredContent ?? {}
    expect(text).toContain(JSON.stringify({ cursor }))
    expect(text).toContain(String(recordLink))
    expect(rowsOf(one)).toHaveLength(2)
    for (const row of rowsOf(one)) {
      const line = text.split('\n').find((lineOfText) => lineOfText.includes(String(row.opportunityid)))
      expect(line).toContain(`| ${String(row['parentaccountid.name'])} | ${String(row['parentaccountid.revenue'])} |`)
    }
  })

  test('stays within its bytes when all of it is long', async () => {
    const value = 'ä%'.repeat(700)
    const filter = `not contains(name,'${value}') and not contains(description,'${value}')`
    const one = await query({ ...OPPORTUNITIES, filter, top: 3 })
    expect(rowsOf(one)).toHaveLength(3)
    expect(Buffer.byteLength(textOf(one))).toBeLessThanOrEqual(8_192)
  })
})
