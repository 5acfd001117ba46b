import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { WritableTable } from '../../../../../shared/dataverse/change/writable/writable.ts'
import { ENTITIES } from '../../../../sandbox/dataverse/schema/schema.ts'
import { MINUTE } from '../../support/people.ts'
import { startSandboxWorker, type SandboxWorker } from '../../support/sandbox-worker.ts'

let worker: SandboxWorker
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(() => worker.close())
beforeEach(() => {
  worker.dataverse.reset()
  worker.restart()
})

async function writable(name: string, { metadata } = worker.call('rep')): Promise<WritableTable> {
  return await metadata.writable(await metadata.table(await metadata.entity(name)))
}

describe('what is said of a column', () => {
  const BOTH = { create: true, update: true, required: 'none', computed: false, autoNumber: false, secured: false }
  test.each([
    ['account', 'name', { ...BOTH, required: 'application', maxLength: 160, format: 'Text' }],
    ['account', 'emailaddress1', { ...BOTH, maxLength: 100, format: 'Email' }],
    ['account', 'description', { ...BOTH, maxLength: 2000, format: 'Text' }],
    ['account', 'createdon', { create: false, update: false, behaviour: 'UserLocal' }],
    ['account', 'overriddencreatedon', { create: true, update: false }],
    ['account', 'accountid', { create: true, update: false }],
    ['account', 'creditlimit', { secured: true, min: 0, precision: 2, precisionBy: 'currency' }],
    ['account', 'address1_latitude', { min: -90, max: 90, precision: 5 }],
    ['opportunity', 'closeprobability', { min: 0, max: 100 }],
    ['opportunity', 'discountpercentage', { min: 0, max: 100, precision: 2 }],
    ['opportunity', 'estimatedclosedate', { ...BOTH, behaviour: 'DateOnly' }],
    ['opportunity', 'statecode', { create: false, update: true }],
    ['opportunity', 'customeridname', { create: false, update: false }],
    ['hp_project', 'hp_number', { autoNumber: true }],
    ['hp_project', 'ownerid', { required: 'system' }],
  ])('%s.%s', async (table, column, said) => {
    expect((await writable(table)).columns.get(column)).toMatchObject(said)
  })

  test('one that Dataverse computes', async () => {
    const column = { name: 'hp_days', schemaName: 'hp_Days', type: 'Integer', label: 'Days', sourceType: 3 } as const
    worker.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column })
    const { columns } = await writable('hp_project')
    expect(columns.get('hp_days')).toMatchObject({ computed: true, create: false, update: false })
  })
})

test.each([
  ['account', { concurrency: true, owned: 'user', hasNotes: true, duplicateDetection: true, closed: false }],
  ['hp_project', { concurrency: true, duplicateDetection: false, closed: false }],
  ['goal', { concurrency: false, owned: 'user', hasNotes: true }],
  ['transactioncurrency', { concurrency: false, owned: 'organization', hasNotes: false, hasActivities: false }],
])('what is said of %s', async (table, said) => {
  expect(await writable(table)).toMatchObject({ entity: table, ...said })
})

describe('changes of a status reason', () => {
  test('are those that the table allows, where it says so', async () => {
    const { transitions } = await writable('incident')
    const reasons = ENTITIES.get('incident')!.columns.get('statuscode')!.options!
    const told = reasons.flatMap(({ value, to }) => (to ? [[value, to]] : []))
    expect(told.length).toBeGreaterThan(0)
    expect([...transitions!]).toEqual(told)
  })

  test('are not held to what a table says and does not enforce', async () => {
    expect((await writable('opportunity')).transitions).toBeUndefined()
  })
})

test('of each table, every column that it has is told, in one request', async () => {
  const names = [...ENTITIES.values()].filter(({ isIntersect }) => isIntersect !== true)
  for (const { logicalName } of names) {
    const { metadata, api } = worker.call('rep')
    const table = await metadata.table(await metadata.entity(logicalName))
    const before = api.requests()
    const { columns } = await metadata.writable(table)
    expect([logicalName, api.requests() - before]).toEqual([logicalName, 1])
    expect([...table.byName.keys()].filter((name) => !columns.has(name))).toEqual([])
  }
})

describe('what is kept', () => {
  const COLUMN = { name: 'hp_boats', schemaName: 'hp_Boats', type: 'Integer', label: 'Boats', min: 1, max: 9 } as const
  const requestsOf = async (who: 'rep' | 'german'): Promise<number> => {
    const call = worker.call(who)
    await writable('hp_project', call)
    return call.api.requests()
  }

  test('is for all, whatever language they read', async () => {
    await requestsOf('rep')
    expect(await requestsOf('rep')).toBe(0)
    const { metadata, api } = worker.call('german')
    const table = await metadata.table(await metadata.entity('hp_project'))
    const before = api.requests()
    await metadata.writable(table)
    expect(api.requests()).toBe(before)
  })

  test('goes with the table when something of it was published', async () => {
    await writable('hp_project')
    worker.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column: COLUMN })
    worker.later(10 * MINUTE + 1)
    expect((await writable('hp_project')).columns.get('hp_boats')).toMatchObject({ min: 1, max: 9 })
  })

  test('is read anew for a column that the table has and it does not', async () => {
    await writable('hp_project')
    worker.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column: COLUMN })
    worker.later(MINUTE + 1)
    const { metadata } = worker.call('rep')
    const table = await metadata.table(await metadata.entity('hp_project'), { fresh: true })
    expect(table.byName.has('hp_boats')).toBe(true)
    expect((await metadata.writable(table)).columns.get('hp_boats')).toMatchObject({ min: 1, max: 9 })
  })
})
