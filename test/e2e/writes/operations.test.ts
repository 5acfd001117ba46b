import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { markerId } from '../../sandbox/dataverse/seed/markers.ts'
import { MARCUS, PRIYA } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { atDynamics, seat, signIn, writesTo, type Result, type Seat } from './confirm/stage.ts'

const TABLES = {
  opportunity: { update: ['statecode'], create: true },
  opportunityclose: { create: true },
  incident: { update: ['statecode'] },
  incidentresolution: { create: true },
  lead: { update: ['statecode'] },
  account: { create: true },
  contact: { create: true },
  task: { create: true },
  phonecall: { create: true },
}
const WRITE_POLICY = JSON.stringify({ tables: TABLES })
const sandbox = useSandbox({ deployed: true, settings: { WRITES: 'on', WRITE_ROLES: 'Crm.Write', WRITE_POLICY } })

const DEAL = markerId('own')
let priya: Seat
beforeAll(async () => {
  priya = await seat(sandbox().app, await signIn(sandbox()))
})
afterAll(() => priya.close())
let before = 0
beforeEach(() => {
  sandbox().dataverse.reset()
  before = writesTo(sandbox())
})
const written = () => writesTo(sandbox()) - before
const at = () => atDynamics(sandbox(), PRIYA)

type Values = Readonly<Record<string, string | number | boolean>>

async function ready(operation: string, values: Values, id?: string) {
  const changes = Object.entries(values).map(([column, to]) => ({ column, to }))
  const preview = await priya.preview({ operation, changes, ...(id !== undefined && { id }) })
  if (!preview.call) throw new Error(`not ready: ${preview.told}`)
  return preview.call
}
const Told = z.looseObject({
  done: z.boolean().optional(),
  already: z.boolean().optional(),
  made: z.unknown().optional(),
})
const told = ({ structuredContent }: Result) => Told.parse(structuredContent)
const lose = (kind: 'commit-then-503' | 'commit-then-reset' | 'commit-then-silence') =>
  sandbox().dataverse.fault({ upn: '*', kind, times: 1 })

const cases = (): readonly [string, () => Promise<Awaited<ReturnType<typeof ready>>>][] => [
  ['log_activity', () => ready('log_activity', { kind: 'task', regarding: `opportunity/${DEAL}`, subject: 'Ring' })],
  ['close_opportunity', () => ready('close_opportunity', { result: 'won', actualRevenue: 900 }, DEAL)],
  [
    'resolve_case',
    async () => {
      const { incidentid } = await at().create('incidents', { title: 'Gate' })
      before = writesTo(sandbox())
      return await ready('resolve_case', { status: 'Problem Solved', minutes: 5 }, String(incidentid))
    },
  ],
  [
    'qualify_lead',
    async () => {
      const { leadid } = await at().create('leads', {
        lastname: 'Quayle',
        subject: 'Doors',
        companyname: 'Quayle & Co',
      })
      before = writesTo(sandbox())
      return await ready('qualify_lead', {}, String(leadid))
    },
  ],
]

describe.each(cases())('%s', (tool, prepare) => {
  test('is previewed, then done by its own tool, then done already', async () => {
    const call = await prepare()
    expect([call.tool, written()]).toEqual([tool, 0])
    expect(told(await priya.call(call))).toMatchObject({ done: true, already: false })
    expect(written()).toBe(1)
    expect(told(await priya.call(call))).toMatchObject({ done: true, already: true })
  })

  test('twice at once is one', async () => {
    const call = await prepare()
    const both = await Promise.all([priya.call(call), priya.call(call)])
    expect(both.map((one) => told(one).done)).toEqual([true, true])
    expect(both.filter((one) => told(one).already === true)).toHaveLength(1)
  })

  test.each(['commit-then-503', 'commit-then-reset'] as const)(
    'is done though its answer is lost: %s',
    async (kind) => {
      const call = await prepare()
      lose(kind)
      expect(told(await priya.call(call))).toMatchObject({ done: true })
      expect(written()).toBe(1)
      expect(told(await priya.call(call))).toMatchObject({ done: true, already: true })
    },
  )

  test('with another argument nothing is sent', async () => {
    const call = await prepare()
    const [first, ...rest] = call.arguments['changes'] as readonly { readonly to: unknown }[]
    const altered = { ...call, arguments: { ...call.arguments, changes: [{ ...first, to: 'lost' }, ...rest] } }
    const result = await priya.call(altered)
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'change_altered' } } })
    expect(written()).toBe(0)
  })

  test('without a preview nothing is sent', async () => {
    const { change: _token, ...rest } = (await prepare()).arguments
    const result = await priya.client.callTool({ name: tool, arguments: rest })
    expect(result).toMatchObject({ isError: true })
    expect(written()).toBe(0)
  })
})

test('a deal that a colleague changed in between is not closed, and it is said by whom', async () => {
  const call = await ready('close_opportunity', { result: 'won' }, DEAL)
  const token = await sandbox().entra.mintDataverseToken(MARCUS)
  const url = `${sandbox().dataverse.url}/api/data/v9.2/opportunities(${DEAL})`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  expect((await fetch(url, { method: 'PATCH', headers, body: '{"name":"Taken"}' })).status).toBe(204)
  before = writesTo(sandbox())
  const result = await priya.call(call)
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'changed_meanwhile' } } })
  expect(JSON.stringify(result.structuredContent)).toContain('Marcus Webb')
  expect(written()).toBe(0)
})

test('a deal that a colleague lost in between is not won', async () => {
  const call = await ready('close_opportunity', { result: 'won' }, DEAL)
  const marcus = await seat(sandbox().app, await signIn(sandbox(), MARCUS))
  const changes = [
    { column: 'result', to: 'lost' },
    { column: 'status', to: 'Canceled' },
  ]
  const { call: lost } = await marcus.preview({ operation: 'close_opportunity', id: DEAL, changes })
  if (!lost) throw new Error('not ready')
  expect(told(await marcus.call(lost))).toMatchObject({ done: true })
  await marcus.close()
  const result = await priya.call(call)
  expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'changed_meanwhile' } } })
  expect(await at().read('opportunities', DEAL)).toMatchObject({ statecode: 2 })
})

test('what was made of a lead is told with links, at first and again', async () => {
  const [, prepare] = cases()[3] ?? []
  const call = await prepare?.()
  if (!call) throw new Error('no lead')
  for (const already of [false, true]) {
    const answer = told(await priya.call(call))
    expect(answer).toMatchObject({ already })
    expect(answer.made).toEqual(
      ['account', 'contact', 'opportunity'].map((entity): unknown =>
        expect.objectContaining({ entity, link: expect.stringContaining(`etn=${entity}`) as unknown }),
      ),
    )
  }
})
