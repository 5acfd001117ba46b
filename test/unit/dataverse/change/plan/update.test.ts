import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { AskedChange, PlannedChange } from '../../../../../shared/dataverse/change/model.ts'
import { updateRecord } from '../../../../../shared/dataverse/change/operations/update-record.ts'
import type { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { openStage, policyOf, type Stage } from '../stage.ts'
import { ACCOUNT, CASE, OPEN_DEAL, TASK } from './cases.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.dataverse.reset())
afterAll(() => stage.close())

const SET: Readonly<Record<string, string>> = {
  opportunity: 'opportunities',
  account: 'accounts',
  task: 'tasks',
  hp_project: 'hp_projects',
  incident: 'incidents',
}
const OWNED = policyOf({
  opportunity: { update: ['ownerid', 'name', 'statuscode'], human: ['ownerid'] },
  hp_project: { update: true },
  incident: { update: ['title'] },
})

type Done = {
  readonly changes: readonly PlannedChange[]
  readonly notes: readonly string[]
  readonly row: Row
  readonly sent: unknown
}

/** Plans a change, writes it, and reads what the row has then. */
async function done(entity: string, id: string, changes: readonly AskedChange[], policy?: typeof OWNED): Promise<Done> {
  const asking = policy && { policy }
  const plan = await stage.plan({ entity, id, changes }, asking)
  expect(plan.problems).toEqual([])
  const { body } = await stage.request(plan, asking)
  const path = `${SET[entity]}(${plan.arguments.id})`
  const headers = { 'if-match': plan.etag ?? '' }
  const { status, text } = await stage.send('sales rep', 'PATCH', path, { body, headers })
  expect([status, text]).toEqual([204, ''])
  const { body: row } = await stage.get('sales rep', path, { prefer: 'odata.include-annotations="*"' })
  return { changes: plan.arguments.changes, notes: plan.notes, row: row as Row, sent: body }
}

describe('what a change comes to, in words and in the row', () => {
  test.each<[entity: string, id: string, asked: AskedChange, line: Partial<PlannedChange>, then: object]>([
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'Topic', to: 'Renewed' },
      { column: 'name', to: 'Renewed' },
      { name: 'Renewed' },
    ],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'estimatedvalue', to: '55k' },
      { label: 'Est. Revenue (GBP)', from: 28000, to: 55_000 },
      { estimatedvalue: 55_000 },
    ],
    ['opportunity', OPEN_DEAL, { column: 'closeprobability', to: 65 }, { to: 65 }, { closeprobability: 65 }],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'estimatedclosedate', to: '2027-01-15' },
      { from: '2026-11-03', to: '2027-01-15' },
      { estimatedclosedate: '2027-01-15' },
    ],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'rating', to: 'cold' },
      { column: 'opportunityratingcode', from: 'Hot', to: 'Cold' },
      { opportunityratingcode: 3 },
    ],
    ['opportunity', OPEN_DEAL, { column: 'confirminterest', to: 'no' }, { to: 'No' }, { confirminterest: true }],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'description', to: 'one\r\ntwo' },
      { from: null, to: 'one\ntwo' },
      { description: 'one\ntwo' },
    ],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'parentaccountid', to: 'saltmarsh hotels' },
      { from: 'Ashcombe Joinery Ltd', to: 'Saltmarsh Hotels', entity: 'account' },
      {},
    ],
    ['opportunity', OPEN_DEAL, { column: 'parentaccountid', to: 'Saltm' }, { to: 'Saltmarsh Hotels' }, {}],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'parentcontactid', to: 'k.trelawney@ashcombejoineryltd.example' },
      { to: 'Kofi Trelawney', entity: 'contact' },
      {},
    ],
    ['opportunity', OPEN_DEAL, { column: 'parentaccountid', to: null }, { to: null }, { _parentaccountid_value: null }],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'customerid', to: 'Kofi Trelawney' },
      { from: 'Ashcombe Joinery Ltd', to: 'Kofi Trelawney', entity: 'contact' },
      {},
    ],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'customerid', to: 'Saltmarsh Hotels', entity: 'account' },
      { entity: 'account' },
      {},
    ],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'customerid_contact@odata.bind', to: 'Kofi Trelawney' },
      { column: 'customerid', entity: 'contact' },
      {},
    ],
    [
      'opportunity',
      OPEN_DEAL,
      { column: 'customerid', to: null },
      { to: null, entity: 'account' },
      { _customerid_value: null },
    ],
    ['account', ACCOUNT, { column: 'donotemail', to: 'Do Not Allow' }, { to: 'Do Not Allow' }, { donotemail: true }],
    [
      'account',
      ACCOUNT,
      { column: 'websiteurl', to: 'https://ashcombe.example' },
      {},
      { websiteurl: 'https://ashcombe.example' },
    ],
    [
      'task',
      TASK,
      { column: 'Due Date', to: '2027-07-15T10:00' },
      { column: 'scheduledend', to: '2027-07-15T10:00:00+01:00' },
      { scheduledend: '2027-07-15T09:00:00Z' },
    ],
    [
      'task',
      TASK,
      { column: 'regardingobjectid', to: OPEN_DEAL },
      { entity: 'opportunity' },
      { _regardingobjectid_value: OPEN_DEAL },
    ],
    [
      'task',
      TASK,
      { column: 'regardingobjectid', to: 'Saltmarsh Hotels' },
      { entity: 'account', to: 'Saltmarsh Hotels' },
      {},
    ],
    [
      'task',
      TASK,
      { column: 'regardingobjectid', to: null },
      { to: null, entity: 'account' },
      { _regardingobjectid_value: null },
    ],
  ])('%s %#: %j', async (entity, id, asked, line, then) => {
    const { changes, row } = await done(entity, id, [asked])
    expect(changes).toMatchObject([line])
    expect(row).toMatchObject(then)
    const [change] = changes
    if (change?.id !== undefined) expect(Object.values(row)).toContain(change.id)
  })

  test('several choices, with what comes and what goes', async () => {
    const named = 'Ashcombe Joinery Ltd: Decking'
    const options = (await done('hp_project', named, [{ column: 'hp_trades', to: '2' }], OWNED)).changes
    const { changes, notes, row } = await done('hp_project', named, [{ column: 'hp_trades', to: '1;3' }], OWNED)
    expect(row['hp_trades']).toBe('1,3')
    expect(changes).toMatchObject([{ from: options[0]?.to, to: expect.stringMatching(/^[^;]+; [^;]+$/) }])
    expect(notes).toContainEqual(expect.stringMatching(/adds .+ and removes /))
  })

  test('an owner by the word for whoever asks, which a person confirms where the policy says so', async () => {
    const plan = await stage.plan(
      { entity: 'opportunity', id: OPEN_DEAL, changes: [{ column: 'ownerid', to: 'Marcus Webb' }] },
      { policy: OWNED },
    )
    expect(plan).toMatchObject({ human: true, problems: [] })
    expect(plan.notes).toContainEqual(
      expect.stringMatching(/^Once Marcus Webb owns it, .* may no longer see or change it/),
    )
    const { body } = await stage.request(plan, { policy: OWNED })
    expect(body).toEqual({ 'ownerid@odata.bind': `/systemusers(${plan.arguments.changes[0]?.id})` })
    const mine = await stage.plan(
      { entity: 'opportunity', id: OPEN_DEAL, changes: [{ column: 'Owner', to: 'me' }] },
      { policy: OWNED },
    )
    expect(mine.problems).toMatchObject([{ code: 'nothing_to_change' }])
  })

  test('what is as it is asked for is left out, and said', async () => {
    const { changes, notes, sent } = await done('opportunity', OPEN_DEAL, [
      { column: 'rating', to: 'Hot' },
      { column: 'estimatedclosedate', to: '2026-11-03' },
      { column: 'parentaccountid', to: 'Ashcombe Joinery Ltd' },
      { column: 'name', to: 'Renewed' },
    ])
    expect(changes.map(({ column }) => column)).toEqual(['name'])
    expect(sent).toEqual({ name: 'Renewed' })
    expect(notes).toEqual(['Already as asked for, and left out: Rating, Est. Close Date, Account.'])
  })

  test('the summary says what, of which record, of whom and as whom', async () => {
    const { summary, arguments: args } = await stage.plan({
      entity: 'Opportunities',
      id: `opportunity/${OPEN_DEAL}`,
      changes: [{ column: 'name', to: 'x' }],
    })
    expect(summary).toBe(
      'Change 1 column of the Opportunity "Ashcombe: oak decking for the terrace" (owner Priya Nair) as Priya Nair.',
    )
    expect(args).toMatchObject({ entity: 'opportunity', id: OPEN_DEAL, name: 'Ashcombe: oak decking for the terrace' })
  })

  test('a long text is shown by its beginning, and written whole', async () => {
    await done('opportunity', OPEN_DEAL, [{ column: 'description', to: 'a'.repeat(1_500) }])
    const { changes, row } = await done('opportunity', OPEN_DEAL, [{ column: 'description', to: 'b'.repeat(1_500) }])
    expect(changes).toMatchObject([{ from: `${'a'.repeat(200)}… (1500 characters)`, to: 'b'.repeat(1_500) }])
    expect(row['description']).toBe('b'.repeat(1_500))
  })

  test('a table without optimistic concurrency has the tag that is read, and that it guards less is said', async () => {
    const { context } = await stage.call()
    const writable: typeof context.writable = async (table) => ({
      ...(await context.writable(table)),
      concurrency: false,
    })
    const asked = {
      tool: 'update_record',
      entity: 'opportunity',
      id: OPEN_DEAL,
      changes: [{ column: 'name', to: 'x' }],
      acceptDuplicates: false,
    } as const
    const plan = await updateRecord.plan(asked, { ...context, writable })
    expect([plan.etag, plan.notes]).toEqual([expect.stringMatching(/^W\//), [expect.stringContaining('no guard')]])
  })
})

describe('from a row it is told whether a change was made', () => {
  const changes = [
    { column: 'name', to: 'Renewed' },
    { column: 'rating', to: 'Cold' },
    { column: 'estimatedvalue', to: 1 },
    { column: 'customerid', to: 'Kofi Trelawney' },
  ]
  test.each([
    ['there', {}, true],
    ['not-there', {}, false],
    ['other', { name: 'Something else' }, false],
    ['other', { name: 'Something else' }, true],
  ])('%s', async (kind, also, isDone) => {
    const { context } = await stage.call()
    const plan = await stage.plan({ entity: 'opportunity', id: OPEN_DEAL, changes })
    const { body } = await stage.request(plan)
    const path = `opportunities(${OPEN_DEAL})`
    if (isDone) await stage.send('sales rep', 'PATCH', path, { body, headers: { 'if-match': '*' } })
    await stage.send('sales rep', 'PATCH', path, { body: { description: 'x', ...also }, headers: { 'if-match': '*' } })
    const { body: row } = await stage.get('sales rep', path, { prefer: 'odata.include-annotations="*"' })
    expect(await updateRecord.verdict(plan.arguments, row as Row, context)).toEqual({ kind })
  })
})

test.each([
  [
    'known metadata',
    'opportunity',
    OPEN_DEAL,
    [
      { column: 'name', to: 'x' },
      { column: 'estimatedvalue', to: 1 },
    ],
    1,
  ],
  ['a lookup', 'opportunity', OPEN_DEAL, [{ column: 'parentaccountid', to: 'Saltmarsh Hotels' }], 2],
  ['a lookup of two tables', 'opportunity', OPEN_DEAL, [{ column: 'customerid', to: 'Kofi Trelawney' }], 2],
  [
    'two lookups',
    'opportunity',
    OPEN_DEAL,
    [
      { column: 'customerid', to: 'Kofi Trelawney' },
      { column: 'parentaccountid', to: ACCOUNT },
    ],
    3,
  ],
  ['a name for the record, and rules for duplicates', 'account', 'Saltmarsh Hotels', [{ column: 'name', to: 'x' }], 3],
  ['a table with rules for duplicates', 'account', ACCOUNT, [{ column: 'name', to: 'x' }], 2],
  ['a closed table', 'quote', CASE, [{ column: 'name', to: 'x' }], 0],
])('%s costs so many requests', async (_what, entity, id, changes, requests) => {
  const { context, api } = await stage.call()
  const asked = { tool: 'update_record', entity, id, changes, acceptDuplicates: false } as const
  await updateRecord.plan(asked, context)
  const before = api.requests()
  const plan = await updateRecord.plan(asked, context)
  expect(api.requests() - before).toBe(requests)
  if (plan.problems.length > 0) return
  const planned = api.requests()
  await updateRecord.request(plan.arguments, context)
  expect(api.requests()).toBe(planned)
})
