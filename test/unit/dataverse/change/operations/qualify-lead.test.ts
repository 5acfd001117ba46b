import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { idOf } from '../../../../sandbox/dataverse/seed/tools.ts'
import { ANALYST, REP } from '../../../sandbox/dataverse/harness.ts'
import { bodyOf, changesIn, codesOf, lines, openOps, policyWith, type Asked, type Ops } from './support.ts'

let ops: Ops
let id: string
const LEAD = { subject: 'Ten doors', firstname: 'Ada', lastname: 'Quayle', companyname: 'Quayle & Co' }
beforeAll(async () => {
  ops = await openOps()
})
afterAll(() => ops.close())
beforeEach(async () => {
  ops.dataverse.reset()
  id = await ops.made('leads', LEAD)
})

const TOOL = 'qualify_lead'
const plan = (asked: Asked, asking = {}) => ops.planned(TOOL, { id, ...asked }, asking)
const FLAGS = { Status: 3, CreateAccount: true, CreateContact: true, CreateOpportunity: true }

describe('a lead is qualified', () => {
  test.each<[string, Asked, Row]>([
    ['into all that it can become', {}, FLAGS],
    ['into a deal alone', { account: false, contact: 'no' }, { ...FLAGS, CreateAccount: false, CreateContact: false }],
    ['into nothing', { account: false, contact: false, opportunity: false }, { Status: 3, CreateOpportunity: false }],
    ['told so', { result: 'Qualified', status: 3, createaccount: true }, FLAGS],
    [
      'in a currency',
      { currency: 'EUR' },
      { OpportunityCurrencyId: { transactioncurrencyid: idOf('currency', 'EUR') } },
    ],
    [
      'for somebody who is there',
      { customer: `contact/${idOf('contact', 'extra/0')}` },
      {
        CreateAccount: false,
        CreateContact: false,
        CreateOpportunity: true,
        OpportunityCustomerId: {
          '@odata.type': 'Microsoft.Dynamics.CRM.contact',
          contactid: idOf('contact', 'extra/0'),
        },
      },
    ],
  ])('%s', async (_what, asked, body) => {
    const planned = await plan(asked)
    expect(codesOf(planned)).toEqual([])
    expect(await bodyOf(ops, planned)).toMatchObject(body)
    expect((await ops.sent(planned)).status).toBe(200)
    const { context } = await ops.call({ policy: policyWith() })
    const made = (await (await ops.operation(TOOL)).made?.(planned.arguments, context)) ?? []
    const wanted = ['account', 'contact', 'opportunity'].filter((name) => lines(planned)[name] === true)
    expect(made.map(({ entity }) => entity)).toEqual(wanted)
    for (const { entity, id: key } of made)
      expect(
        (await ops.get(REP, `${entity === 'opportunity' ? 'opportunities' : `${entity}s`}(${key})`)).body,
      ).toMatchObject({
        _originatingleadid_value: id,
      })
  })

  test('and what nobody said is said in the notes', async () => {
    const { notes } = await plan({ contact: true })
    expect(notes.join(' ')).toMatch(/account was not given: one is made.*opportunity was not given: one is made/)
    expect(notes.join(' ')).not.toMatch(/contact was not given/)
  })

  test('without an account where it names no company', async () => {
    const person = await ops.made('leads', { lastname: 'Quayle', subject: 'x' })
    expect(lines(await plan({ id: person }))).toMatchObject({ account: false, contact: true, opportunity: true })
  })

  test('and what was made of it is told to those who may read it, without what models do not get', async () => {
    const planned = await plan({})
    await ops.sent(planned)
    const { context } = await ops.call({ policy: policyWith(), hides: 'contact, account.name' })
    const made = await (
      await ops.operation(TOOL)
    ).made?.(
      { ...planned.arguments, changes: planned.arguments.changes.filter(({ column }) => column !== 'contact') },
      context,
    )
    expect(made?.map(({ entity, name }) => [entity, name])).toEqual([
      ['account', ''],
      ['opportunity', 'Ten doors'],
    ])
  })
})

describe('a lead is not qualified', () => {
  test.each<[string, Asked, string[]]>([
    ['with a flag that is none', { account: 'perhaps' }, ['unknown_option']],
    ['with a reason of another state', { status: 'Lost' }, ['unknown_option']],
    ['into something else', { quote: true }, ['unknown_column']],
    ['for nobody', { customer: 'Nobody of that name' }, ['lookup_not_found']],
    ['in no currency', { currency: 'Doubloon' }, ['lookup_not_found']],
    ['for somebody, without a deal', { customer: 'x', opportunity: false }, ['value_invalid']],
    ['in a currency, without a deal', { currency: 'EUR', opportunity: false }, ['value_invalid']],
    ['where there is none', { id: '00000000-0000-4000-8000-000000000001' }, ['record_not_found']],
  ])('%s', async (_what, asked, codes) => {
    expect(codesOf(await plan(asked))).toEqual(codes)
  })

  test('again, and the row says by whom', async () => {
    await ops.sent(await plan({}))
    const planned = await plan({})
    expect(codesOf(planned)).toEqual(['nothing_to_change'])
    expect(planned.problems[0]?.text).toMatch(/Qualified .*Priya Nair/)
  })

  test('once somebody has disqualified it', async () => {
    const planned = await plan({})
    await ops.send(REP, 'PATCH', `leads(${id})`, { body: { statecode: 2, statuscode: 4 } })
    expect(codesOf(await plan({}))).toEqual(['record_closed'])
    const { context } = await ops.call({ policy: policyWith() })
    const row = Row.parse((await ops.get(REP, `leads(${id})`)).body)
    expect(await (await ops.operation(TOOL)).verdict(planned.arguments, row, context)).toEqual({ kind: 'other' })
  })

  test('by a reader', async () => {
    const { problems } = await plan({}, { as: ANALYST })
    expect(problems.map(({ text }) => text)).toEqual([
      'Dynamics 365 does not let the person change it (Write).',
      ...['account', 'contact', 'opportunity'].map(
        (name) => `Dynamics 365 does not let the person create a row of ${name} (Create).`,
      ),
    ])
  })

  test.each<[string, Readonly<Record<string, unknown>>, Asked]>([
    ['its state is not named', { lead: { update: ['subject'] } }, {}],
    ['accounts are not opened', { account: undefined }, {}],
    ['deals are not opened', { opportunity: undefined }, { account: false, contact: false }],
  ])('where the policy does not open it: %s', async (_what, tables, asked) => {
    const codes = codesOf(await plan(asked, { policy: policyWith(tables) }))
    expect(codes).toHaveLength(1)
    expect(codes[0]).toMatch(/_not_writable$/)
  })

  test('into what is not opened, and is into what is', async () => {
    const policy = policyWith({ account: undefined })
    expect(codesOf(await plan({ account: false }, { policy }))).toEqual([])
  })

  test('and the way on leads there', async () => {
    const [problem] = (await plan({ currency: 'EUR', opportunity: false })).problems
    const [first] = changesIn(problem?.nextStep ?? '')
    expect(codesOf(await plan({ currency: 'EUR', [first?.column ?? '']: first?.to ?? null }))).toEqual([])
  })
})
