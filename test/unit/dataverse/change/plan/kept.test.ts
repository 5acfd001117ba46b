import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../../../shared/dataverse/change/model.ts'
import { openStage, policyOf, type Ask, type Asking, type Stage } from '../stage.ts'
import { ACCOUNT, OPEN_DEAL, TASK } from './cases.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const deal = (column: string, to: Ask['changes'][number]['to']): Ask => ({
  entity: 'opportunity',
  id: OPEN_DEAL,
  changes: [{ column, to }],
})
const contact = (email: string): Ask => ({
  entity: 'contact',
  changes: [
    { column: 'lastname', to: 'Trelawney' },
    { column: 'emailaddress1', to: email },
  ],
})
const ALIKE = 'k.trelawney@ashcombejoineryltd.example'

/** What is kept, by a rule that keeps it; and a change that shows it where nothing is kept. */
const KEPT: readonly [rule: string, secret: string, ask: Ask][] = [
  ['opportunity.name', 'Ashcombe: oak decking', deal('description', 'x')],
  ['opportunity.name=mask', 'Ashcombe: oak decking', deal('description', 'x')],
  ['account.name', 'Ashcombe Joinery', deal('parentaccountid', null)],
  ['account.name=mask:initials', 'Ashcombe Joinery', deal('parentaccountid', null)],
  ['account', 'Ashcombe Joinery', deal('customerid', 'Kofi Trelawney')],
  ['account.name', 'Ashcombe Joinery', deal('customerid', 'Kofi Trelawney')],
  ['account.name', 'Saltmarsh', deal('parentaccountid', 'Saltm')],
  ['contact.fullname', 'Owen Cartwright', deal('parentcontactid', 'Owen Cart')],
  ['contact', 'Owen Cartwright', deal('parentcontactid', 'Owen Cart')],
  ['contact.emailaddress1', 'Kofi Trelawney', deal('parentcontactid', ALIKE)],
  ['contact.parentcustomerid, account.name', 'Joinery', deal('parentcontactid', 'K')],
  ['systemuser.fullname', 'Priya Nair', deal('description', 'x')],
  ['opportunity.ownerid', '(owner Priya', deal('description', 'x')],
  ['contact.fullname', 'Kofi Trelawney', contact(ALIKE)],
  ['contact.fullname=mask:initials', 'Kofi Trelawney', contact(ALIKE)],
  ['opportunity.estimatedvalue', '28000', deal('estimatedvalue', 1)],
  ['opportunity.estimatedvalue=mask', '28000', deal('estimatedvalue', 1)],
  [
    'account.name, task.subject',
    'Ashcombe Joinery',
    { entity: 'task', id: TASK, changes: [{ column: 'regardingobjectid', to: null }] },
  ],
]

/** All that is told of a plan; what was asked is no secret. */
const toldOf = ({ entity: _entity, ...told }: Plan): string => JSON.stringify(told)

describe('what an administrator keeps from models is in no part of a plan', () => {
  test.each(KEPT)('%s: %s', async (hides, secret, ask) => {
    expect(toldOf(await stage.plan(ask))).toContain(secret)
    const told = toldOf(await stage.plan(ask, { hides }))
    for (const { to } of ask.changes) if (typeof to === 'string' && to.includes(secret)) return
    expect(told).not.toContain(secret)
  })

  test('a row whose name is kept is set by its id, and called by nothing', async () => {
    const asking: Asking = { hides: 'account.name' }
    const plan = await stage.plan(deal('customerid', `account/${ACCOUNT}`), asking)
    expect(plan.problems).toMatchObject([{ code: 'nothing_to_change' }])
    const other = await stage.plan(
      { ...deal('parentaccountid', ''), changes: [{ column: 'parentaccountid', to: SALTMARSH() }] },
      asking,
    )
    expect(other.problems).toEqual([])
    expect(other.arguments.changes).toMatchObject([{ to: SALTMARSH(), id: SALTMARSH(), entity: 'account' }])
    expect(await stage.request(other, asking)).toMatchObject({
      body: { 'parentaccountid@odata.bind': `/accounts(${SALTMARSH()})` },
    })
  })

  let saltmarsh = ''
  const SALTMARSH = (): string => saltmarsh
  beforeAll(async () => {
    const plan = await stage.plan(deal('parentaccountid', 'Saltmarsh Hotels'))
    saltmarsh = plan.arguments.changes[0]?.id ?? ''
  })

  test('nor is it selected of what was written', async () => {
    const plan = await stage.plan(deal('description', 'x'), {
      hides: 'opportunity.estimatedvalue, opportunity.closeprobability=mask, opportunity.name',
    })
    const { select } = await stage.request(plan, {
      hides: 'opportunity.estimatedvalue, opportunity.closeprobability=mask, opportunity.name',
    })
    expect(select).toContain('description')
    for (const name of ['estimatedvalue', 'closeprobability', 'name']) expect(select).not.toContain(name)
  })
})

describe('column security', () => {
  const policy = policyOf({ account: { update: ['creditlimit', 'name', 'description'] } })
  const limit = (as: string): Promise<Plan> =>
    stage.plan({ entity: 'account', id: ACCOUNT, changes: [{ column: 'creditlimit', to: 1 }] }, { as, policy })
  test('shows nobody a limit that they may not read, and lets who may set it', async () => {
    for (const as of ['sales rep', 'sales manager']) {
      const plan = await limit(as)
      expect(plan.problems.map(({ code }) => code)).toContain('column_secured')
      expect(toldOf(plan)).not.toMatch(/:10000[,}]|10,000/)
    }
    const plan = await limit('administrator')
    expect(plan.problems).toEqual([])
    expect(plan.arguments.changes).toMatchObject([{ from: 10_000, to: 1 }])
  })

  test('is not asked for what a person may not see, of what was written', async () => {
    const asked = { entity: 'account', id: ACCOUNT, changes: [{ column: 'description', to: 'x' }] }
    const { select } = await stage.request(await stage.plan(asked, { policy }), { policy })
    expect(select).not.toContain('creditlimit')
  })
})

test('nobody is told of a duplicate, or of a candidate, that they may not read', async () => {
  const asked = contact(ALIKE)
  expect((await stage.plan(asked)).duplicates).toMatchObject([{ name: 'Kofi Trelawney' }])
  const { body } = await stage.get('sales rep', `contacts?$filter=emailaddress1 eq '${ALIKE}'`)
  const id = String(body.value[0].contactid)
  const { context } = await stage.call()
  const unread: typeof context.dataverse.batch = async (reads) => {
    const answers = await context.dataverse.batch(reads)
    return answers.map((one) =>
      one.ok && JSON.stringify(one.value).includes(id) ? { ok: true, value: { value: [] } } : one,
    ) as never
  }
  const { createRecord } = await import('../../../../../shared/dataverse/change/operations/create-record.ts')
  const plan = await createRecord.plan(
    { tool: 'create_record', acceptDuplicates: false, ...asked },
    { ...context, dataverse: { ...context.dataverse, batch: unread } },
  )
  expect([plan.duplicates, plan.problems]).toEqual([[], []])
})
