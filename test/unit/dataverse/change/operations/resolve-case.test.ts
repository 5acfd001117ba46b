import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { ANALYST, REP } from '../../../sandbox/dataverse/harness.ts'
import { bodyOf, changesIn, codesOf, lines, openOps, policyWith, type Asked, type Ops } from './support.ts'

let ops: Ops
let id: string
beforeAll(async () => {
  ops = await openOps()
})
afterAll(() => ops.close())
beforeEach(async () => {
  ops.dataverse.reset()
  id = await ops.made('incidents', { title: 'Gate' })
})

const TOOL = 'resolve_case'
const SOLVED = 'Problem Solved'
const plan = (asked: Asked, asking = {}) => ops.planned(TOOL, { id, ...asked }, asking)
const row = async (): Promise<Row> => Row.parse((await ops.get(REP, `incidents(${id})`)).body)

test.each([
  ['by its reason alone', { status: SOLVED }, 5, { subject: 'Case resolved' }],
  [
    'with what was done, and how long it took',
    { status: SOLVED, subject: 'New hinge', minutes: 30 },
    5,
    { timespent: 30 },
  ],
  ['in words', { status: 'information provided', text: 'See the manual.' }, 1000, { description: 'See the manual.' }],
  ['told so', { result: 'resolved', status: 5 }, 5, {}],
])('a case is resolved %s', async (_what, asked: Asked, statuscode, left) => {
  const planned = await plan(asked)
  expect(codesOf(planned)).toEqual([])
  expect(planned.summary).toBe('Resolve the case "Gate" as Priya Nair.')
  expect((await ops.sent(planned)).status).toBe(204)
  expect(await row()).toMatchObject({ statecode: 1, statuscode })
  const kept = await ops.get(REP, `incidentresolutions?$filter=_incidentid_value eq ${id}`)
  expect(kept.body.value).toEqual([expect.objectContaining(left)])
})

test('the message names the case by the way that metadata gives', async () => {
  const planned = await plan({ status: SOLVED, minutes: '30' })
  expect(lines(planned)).toEqual({ result: 'resolved', status: SOLVED, subject: 'Case resolved', minutes: 30 })
  expect(await bodyOf(ops, planned)).toEqual({
    Status: 5,
    IncidentResolution: { subject: 'Case resolved', timespent: 30, 'incidentid@odata.bind': `/incidents(${id})` },
  })
})

describe('a case is not resolved', () => {
  test.each<[string, Asked, string[]]>([
    ['without one of several reasons', {}, ['required_missing']],
    ['with a reason of another state', { status: 'Canceled' }, ['unknown_option']],
    ['with another result', { result: 'canceled', status: SOLVED }, ['unknown_option']],
    ['with minutes that are none', { status: SOLVED, minutes: 'long' }, ['value_invalid']],
    ['with half a minute', { status: SOLVED, minutes: 0.5 }, ['too_precise']],
    ['with what only deals have', { status: SOLVED, actualRevenue: 5 }, ['unknown_column']],
  ])('%s', async (_what, asked, codes) => {
    expect(codesOf(await plan(asked))).toEqual(codes)
    expect((await row())['statecode']).toBe(0)
  })

  test('from where it may not be, and is once it has been where it may', async () => {
    await ops.send(REP, 'PATCH', `incidents(${id})`, { body: { statuscode: 2 } })
    const stuck = await plan({ status: SOLVED })
    expect(codesOf(stuck)).toEqual(['value_invalid'])
    const [first] = changesIn(stuck.problems[0]?.nextStep ?? '')
    expect(first).toEqual({ column: 'statuscode', to: 'In Progress' })
    const { context } = await ops.call({ policy: policyWith({ incident: { update: ['statecode', 'statuscode'] } }) })
    const way = await (
      await ops.operation('update_record')
    ).plan(
      {
        tool: 'update_record',
        entity: 'incident',
        id,
        changes: [first ?? { column: '', to: '' }],
        acceptDuplicates: false,
      },
      context,
    )
    expect(codesOf(way)).toEqual([])
    await ops.send(REP, 'PATCH', `incidents(${id})`, { body: { statuscode: 1 } })
    expect((await ops.sent(await plan({ status: SOLVED }))).status).toBe(204)
  })

  test('again', async () => {
    await ops.sent(await plan({ status: SOLVED }))
    expect(codesOf(await plan({ status: SOLVED }))).toEqual(['nothing_to_change'])
    expect(codesOf(await plan({}))).toEqual(['nothing_to_change'])
    expect(codesOf(await plan({ status: 'Information Provided' }))).toEqual(['record_closed'])
  })

  test('by a reader', async () => {
    expect(codesOf(await plan({ status: SOLVED }, { as: ANALYST }))).toEqual(['no_right', 'no_right'])
  })

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['its state is not named', { incident: { update: ['title'] } }],
    ['what it leaves is not opened', { incidentresolution: undefined }],
  ])('where the policy does not open it: %s', async (_what, tables) => {
    const [problem] = (await plan({ status: SOLVED }, { policy: policyWith(tables) })).problems
    expect(problem?.code).toMatch(/_not_writable$/)
    expect(problem?.nextStep).toMatch(/administrator/)
  })
})

describe('what closes a case by its columns', () => {
  test.each([
    ['statecode', 'Resolved'],
    ['statuscode', SOLVED],
  ])('%s is a matter of this tool, and the way on leads there', async (column, to) => {
    const policy = policyWith({ incident: { update: ['statecode', 'statuscode'] } })
    const { context } = await ops.call({ policy })
    const ask = {
      tool: 'update_record',
      entity: 'incident',
      id,
      changes: [{ column, to }],
      acceptDuplicates: false,
    } as const
    const planned = await (await ops.operation('update_record')).plan(ask, context)
    const found = planned.problems.find(({ code }) => code === 'use_other_tool')
    const step = found?.nextStep ?? '{}'
    const call = JSON.parse(step.slice(step.indexOf('{'))) as { operation: string; changes: [] }
    expect(call.operation).toBe(TOOL)
    const asked = [...call.changes, ...(column === 'statecode' ? [{ column: 'status', to: SOLVED }] : [])]
    expect(codesOf(await ops.planned(TOOL, asked, { policy }, id))).toEqual([])
  })
})

test('a case is found by its number, also as what a note or a call is about', async () => {
  const { ticketnumber } = await row()
  const planned = await plan({ id: String(ticketnumber), status: SOLVED })
  expect([codesOf(planned), planned.arguments.id]).toEqual([[], id])
  for (const kind of ['note', 'task']) {
    const note = await ops.planned('log_activity', { kind, subject: 'x', regarding: String(ticketnumber) })
    expect([codesOf(note), note.arguments.changes.find(({ column }) => column === 'regarding')?.id]).toEqual([[], id])
  }
})
