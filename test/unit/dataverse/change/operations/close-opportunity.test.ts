import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { ANALYST, MANAGER, REP } from '../../../sandbox/dataverse/harness.ts'
import { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { bodyOf, changesIn, codesOf, lines, openOps, policyWith, SELLER, type Asked, type Ops } from './support.ts'

let ops: Ops
beforeAll(async () => {
  ops = await openOps()
})
afterAll(() => ops.close())
beforeEach(() => ops.dataverse.reset())

const TOOL = 'close_opportunity'
const DEAL = markerId('own')
const WON = { id: DEAL, result: 'won' }
const plan = (asked: Asked, asking = {}) => ops.planned(TOOL, asked, asking)
const deal = async (id = DEAL, as = REP): Promise<Row> => Row.parse((await ops.get(as, `opportunities(${id})`)).body)

describe('a deal is closed', () => {
  test.each([
    ['won', { result: 'won' }, { statecode: 1, statuscode: 3, actualvalue: 1000, actualclosedate: '2026-11-24' }],
    ['won for an amount', { result: 'Won', actualRevenue: 900.5 }, { statecode: 1, actualvalue: 900.5 }],
    ['won on a day', { result: 'won', closeDate: '2026-11-20' }, { statecode: 1, actualclosedate: '2026-11-20' }],
    ['lost', { result: 'lost', status: 'Out-Sold' }, { statecode: 2, statuscode: 5 }],
    ['lost by the value of its reason', { result: 'lost', status: 4 }, { statecode: 2, statuscode: 4 }],
    ['won under names of columns', { result: 'won', actualrevenue: 7, description: 'x' }, { actualvalue: 7 }],
  ])('%s', async (_what, asked, after) => {
    const planned = await plan({ id: DEAL, ...asked })
    expect(codesOf(planned)).toEqual([])
    expect((await ops.sent(planned)).status).toBe(204)
    expect(await deal()).toMatchObject(after)
  })

  test('and what is said of it stands in the record that it leaves', async () => {
    const planned = await plan({ ...WON, actualRevenue: 900, text: 'Signed.\r\nOn paper.', subject: 'Signed' })
    expect(lines(planned)).toEqual({
      result: 'won',
      status: 'Won',
      subject: 'Signed',
      actualRevenue: 900,
      text: 'Signed.\nOn paper.',
    })
    expect(planned.arguments.changes).toContainEqual({
      column: 'actualRevenue',
      label: 'Actual Revenue (GBP)',
      to: 900,
    })
    expect(planned.arguments.changes[0]).toEqual({ column: 'result', label: 'Status', from: 'Open', to: 'won' })
    await ops.sent(planned)
    const left = await ops.get(REP, `opportunitycloses?$filter=_opportunityid_value eq ${DEAL}`)
    const said = { subject: 'Signed', actualrevenue: 900, description: 'Signed.\nOn paper.' }
    expect(left.body.value).toEqual([expect.objectContaining(said)])
  })

  test.each([
    ['a link', (url: string) => `${url}/main.aspx?pagetype=entityrecord&etn=opportunity&id=${DEAL}`],
    ['as search gives it', () => `opportunity/${DEAL}`],
    ['its exact name', () => 'Access check: own'],
  ])('told by %s', async (_what, idOf) => {
    expect((await plan({ result: 'won', id: idOf(ops.dataverse.url) })).arguments.id).toBe(DEAL)
  })

  test('to a competitor that the person may read', async () => {
    const name = (await ops.get(MANAGER, 'competitors?$select=name&$top=1')).body.value[0].name as string
    const id = markerId('business unit')
    const asked = { id, result: 'lost', status: 'Out-Sold', competitor: name }
    expect(codesOf(await plan({ ...asked, id: DEAL }))).toEqual(['lookup_not_found'])
    const planned = await plan(asked, { as: MANAGER })
    expect(await bodyOf(ops, planned, { as: MANAGER })).toMatchObject({
      OpportunityClose: { 'competitorid@odata.bind': expect.stringMatching(/^\/competitors\(/) },
    })
    expect((await ops.sent(planned, { as: MANAGER })).status).toBe(204)
  })

  test('on the day of the clock of whoever closes it', async () => {
    const id = await ops.made('opportunities', { name: 'Tor' }, SELLER)
    const planned = await plan({ id, result: 'won', closeDate: '2026-11-20' }, { as: SELLER })
    expect(await bodyOf(ops, planned, { as: SELLER })).toMatchObject({
      OpportunityClose: { actualend: '2026-11-19T23:00:00Z' },
    })
    await ops.sent(planned, { as: SELLER })
    expect((await deal(id, SELLER))['actualclosedate']).toBe('2026-11-20')
  })
})

describe('a deal that is closed already', () => {
  test.each([
    ['as it is asked for', { result: 'won' }, 'nothing_to_change'],
    ['as it is asked for, reason and all', { result: 'won', status: 'Won' }, 'nothing_to_change'],
    ['otherwise', { result: 'lost', status: 'Canceled' }, 'record_closed'],
  ])('%s', async (_what, asked, code) => {
    await ops.sent(await plan(WON))
    const planned = await plan({ id: DEAL, ...asked })
    expect(codesOf(planned)).toEqual([code])
    expect(planned.problems[0]?.text).toMatch(/Won .*Priya Nair on 2026-11-24 09:30 \(Europe\/London\)/)
  })

  test('for another reason than it is asked for', async () => {
    await ops.sent(await plan({ id: DEAL, result: 'lost', status: 'Canceled' }))
    expect(codesOf(await plan({ id: DEAL, result: 'lost', status: 'Out-Sold' }))).toEqual(['record_closed'])
    expect(codesOf(await plan({ id: DEAL, result: 'lost' }))).toEqual(['nothing_to_change'])
  })

  test.each([
    ['open', {}, 'not-there'],
    ['so', { result: 'won' }, 'there'],
    ['otherwise', { result: 'lost', status: 'Canceled' }, 'other'],
  ])('is told by its row: %s', async (_what, before: Asked, kind) => {
    const planned = await plan(WON)
    if (Object.keys(before).length > 0) await ops.sent(await plan({ id: DEAL, ...before }))
    const { context } = await ops.call({ policy: policyWith() })
    expect(await (await ops.operation(TOOL)).verdict(planned.arguments, await deal(), context)).toEqual({ kind })
  })

  test('its tag is bound, and another one after any change', async () => {
    const { etag } = await plan(WON)
    expect(etag).toMatch(/^W\//)
    expect((await plan(WON)).etag).toBe(etag)
    await ops.send(REP, 'PATCH', `opportunities(${DEAL})`, { body: { name: 'x' } })
    expect((await plan(WON)).etag).not.toBe(etag)
  })
})

describe('a deal is not closed', () => {
  test.each<[string, Asked, string[]]>([
    ['without a record', { result: 'won' }, ['required_missing']],
    ['without a result', { id: DEAL }, ['required_missing']],
    ['with another result', { id: DEAL, result: 'paused' }, ['unknown_option']],
    ['lost without one of several reasons', { id: DEAL, result: 'lost' }, ['required_missing']],
    ['with a reason of another state', { id: DEAL, result: 'won', status: 'Canceled' }, ['unknown_option']],
    ['with an argument that there is not', { ...WON, colour: 'red' }, ['unknown_column']],
    ['with an amount beyond all amounts', { ...WON, actualRevenue: 1e18 }, ['out_of_range']],
    ['with an amount that is none', { ...WON, actualRevenue: 'much' }, ['value_invalid']],
    ['with a text too long', { ...WON, text: 'x'.repeat(2001) }, ['too_long']],
    ['with a text that nobody sees', { ...WON, text: 'a\u202Eb' }, ['text_not_plain']],
    ['on a day that does not exist', { ...WON, closeDate: '2026-02-30' }, ['value_invalid']],
    ['that is not there', { ...WON, id: '00000000-0000-4000-8000-000000000001' }, ['record_not_found']],
    ['that somebody else may read alone', { ...WON, id: markerId('other unit') }, ['record_not_found']],
    ['of another table', { ...WON, entity: 'account' }, ['value_invalid']],
    ['with all that is wrong', { result: 'x', actualRevenue: 'y', z: 1 }, 4 as never],
  ])('%s', async (_what, asked, codes) => {
    const planned = await plan(asked)
    if (typeof codes === 'number') expect(planned.problems).toHaveLength(codes)
    else expect(codesOf(planned)).toEqual(codes)
    for (const { nextStep } of planned.problems) expect(nextStep.length).toBeGreaterThan(10)
    expect((await deal())['statecode']).toBe(0)
  })

  test.each<[string, Asked]>([
    ['which result', { id: DEAL, status: 'Won' }],
    ['which reason', { id: DEAL, result: 'lost' }],
    ['another reason', { id: DEAL, result: 'lost', status: 'Won' }],
    ['a smaller amount', { ...WON, actualRevenue: 1e18 }],
    ['plain text', { ...WON, text: 'a\u202Eb' }],
  ])('and the way on leads there: %s', async (_what, asked) => {
    const [problem] = (await plan(asked)).problems
    const [first] = changesIn(problem?.nextStep ?? '')
    const { id, ...values } = { ...asked, [first?.column ?? '']: first?.to ?? null }
    expect(codesOf(await plan({ id, ...values }))).toEqual([])
  })

  test('twice in one call', async () => {
    const asked = ['result', 'Result'].map((column) => ({ column, to: 'won' }))
    expect(codesOf(await ops.planned(TOOL, asked, {}, DEAL))).toEqual(['column_twice'])
  })

  test.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['its state is not named', { opportunity: { update: true, create: true } }, ['column_not_writable']],
    ['its table is not opened', { opportunity: undefined }, ['table_not_writable']],
    ['its table is opened for new rows alone', { opportunity: { create: true } }, ['table_not_writable']],
    ['the record that it leaves is not', { opportunityclose: undefined }, ['table_not_writable']],
    ['a column of that is not', { opportunityclose: { create: ['subject'] } }, ['column_not_writable']],
    ['its subject is not', { opportunityclose: { create: ['actualrevenue'] } }, ['column_not_writable']],
  ])('where the policy does not open it: %s', async (_what, tables, codes) => {
    expect(codesOf(await plan({ ...WON, actualRevenue: 5 }, { policy: policyWith(tables) }))).toEqual(codes)
  })

  test.each([
    ['a reader', ANALYST, DEAL],
    ['who may read it, and not change it', SELLER, markerId('business unit')],
  ])('by %s', async (_who, as, id) => {
    const codes = codesOf(await plan({ id, result: 'won' }, { as }))
    // A reader may neither change the deal nor make the activity that closes it.
    expect(codes).toEqual(as === ANALYST ? ['no_right', 'no_right'] : ['record_not_found'])
  })
})

describe('what an administrator decides', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['neither', ['statecode'], undefined, false],
    ['its state', ['statecode'], ['statecode'], true],
  ])('who confirms: %s', async (_what, update, human, isHuman) => {
    const policy = policyWith({ opportunity: { update, ...(human !== undefined && { human }) } })
    expect((await plan(WON, { policy })).human).toBe(isHuman)
  })

  test('an amount that only a person confirms', async () => {
    const policy = policyWith({ opportunityclose: { create: true, human: ['actualrevenue'] } })
    expect((await plan(WON, { policy })).human).toBe(false)
    expect((await plan({ ...WON, actualRevenue: 5 }, { policy })).human).toBe(true)
  })

  test.each([
    ['the state', 'opportunity.statecode', 'hidden_by_administrator'],
    ['the record that is left', 'opportunityclose', 'hidden_by_administrator'],
  ])('what models do not get is not written: %s', async (_what, hides, code) => {
    expect(codesOf(await plan(WON, { hides }))).toContain(code)
  })
})
