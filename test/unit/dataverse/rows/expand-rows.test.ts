import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { ExpansionPlan } from '../../../../shared/dataverse/rows/expansion-plan.ts'
import { createFindings } from '../../../../shared/dataverse/column-security/findings.ts'
import { expandRows } from '../../../../shared/dataverse/rows/expand-rows.ts'
import { compactRows, Page } from '../../../../shared/dataverse/rows/rows.ts'
import type { Entity } from '../../../../shared/dataverse/metadata/model.ts'
import { startSandboxWorker, type Call, type SandboxWorker } from '../support/sandbox-worker.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]
let worker: SandboxWorker
let call: Call
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(async () => await worker.close())
beforeEach(() => {
  call = worker.call('analyst')
})

const read = async (path: string, pageSize: number): Promise<Rows> =>
  (await call.api.get(path, Page, { pageSize })).value
const expanded = async (rows: Rows, entity: Entity, plans: readonly ExpansionPlan[]): Promise<Rows> =>
  await expandRows(rows, entity, plans, { ...call, findings: createFindings() })
const TASKS: ExpansionPlan = {
  kind: 'rows',
  under: 'Opportunity_Tasks',
  names: ['subject', '_ownerid_value'],
}
const REGARDING: ExpansionPlan = { kind: 'targets', under: 'regardingobjectid', names: ['name', 'Full Name', 'title'] }

describe('collections', () => {
  test('come in one request, as $expand on the list itself gives them', async () => {
    const opportunity = await call.metadata.entity('opportunity')
    const option = 'Opportunity_Tasks($select=subject,_ownerid_value;$top=25)'
    const rows = await read('opportunities?$select=name', 250)
    const whole = await read(`opportunities?$select=name&$expand=${option}`, 250)
    const before = call.api.requests()
    const own = await expanded(rows, opportunity, [TASKS])
    expect(call.api.requests() - before).toBe(1)
    expect(rows.length).toBeGreaterThan(100)
    const withoutParent = ({ regardingobjectid: _parent, ...task }: Record<string, unknown>): unknown => task
    const lists = (all: Rows): unknown =>
      compactRows(all, []).rows.map((row) => (row.Opportunity_Tasks as Record<string, unknown>[]).map(withoutParent))
    expect(lists(own)).toEqual(lists(whole))
    expect(own.some((row) => (row.Opportunity_Tasks as unknown[]).length > 0)).toBe(true)
  })

  test('of no row cost nothing', async () => {
    const opportunity = await call.metadata.entity('opportunity')
    const before = call.api.requests()
    expect(await expanded([], opportunity, [TASKS])).toEqual([])
    expect(await expanded([{ name: 'x' }], opportunity, [TASKS])).toEqual([{ name: 'x' }])
    expect(call.api.requests() - before).toBe(0)
  })

  test('a refusal of one part is that of the page', async () => {
    const opportunity = await call.metadata.entity('opportunity')
    const rows = await read('opportunities?$select=name', 2)
    const wrong: ExpansionPlan = { kind: 'rows', under: 'no_such_navigation', names: ['name'] }
    await expect(expanded(rows, opportunity, [wrong])).rejects.toMatchObject({
      name: 'DataverseError',
      kind: 'refused',
    })
  })
})

describe('the rows behind a lookup to many tables', () => {
  test('are read of each table that the page leads to, in one request', async () => {
    const task = await call.metadata.entity('task')
    const rows = await read('tasks?$select=subject,_regardingobjectid_value', 60)
    await expanded(rows, task, [REGARDING])
    const before = call.api.requests()
    const own = compactRows(await expanded(rows, task, [REGARDING]), []).rows
    expect(call.api.requests() - before).toBe(1)
    const regarding = own.flatMap((row) =>
      row.regardingobjectid ? [row.regardingobjectid as Record<string, unknown>] : [],
    )
    expect(new Set(regarding.map(({ entity }) => entity)).size).toBeGreaterThan(1)
    for (const { label, row } of regarding) expect(Object.values(row as object)).toContain(label)
  })

  test('of no known table cost nothing', async () => {
    const task = await call.metadata.entity('task')
    const before = call.api.requests()
    expect(await expanded([{ activityid: 'x', subject: 'y' }], task, [REGARDING])).toHaveLength(1)
    expect(call.api.requests() - before).toBe(0)
  })
})
