import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { Page } from '../../../shared/dataverse/rows/rows.ts'
import { startSandboxWorker, type Call, type SandboxWorker, type Who } from './support/sandbox-worker.ts'

const TEN_MINUTES = 600_001
let worker: SandboxWorker
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(async () => await worker.close())
beforeEach(() => {
  worker.dataverse.reset()
  worker.restart()
})

/** What a first query needs of metadata. */
async function prepare(who: Who, name = 'opportunity'): Promise<Call> {
  const call = worker.call(who)
  await call.metadata.table(await call.metadata.entity(name))
  return call
}
const columnOf = async (who: Who, name: string): Promise<string | undefined> => {
  const { metadata } = worker.call(who)
  const table = await metadata.table(await metadata.entity('opportunity'))
  return table.byName.get(name)?.label
}

describe('requests against the strict Dataverse', () => {
  test('two for a cold worker, none for a warm one, one for a person not seen before', async () => {
    expect((await prepare('rep')).api.requests()).toBe(2)
    expect((await prepare('rep')).api.requests()).toBe(0)
    expect((await prepare('manager')).api.requests()).toBe(1)
    expect((await prepare('manager', 'account')).api.requests()).toBe(1)
    expect(worker.dataverse.counters()).toMatchObject({ total: 4, kinds: { batch: 4 } })
  })

  test('what a person may read costs one more', async () => {
    const { api, metadata } = await prepare('rep')
    await metadata.readable()
    expect(api.requests()).toBe(3)
    const again = worker.call('rep')
    await again.metadata.readable()
    expect(again.api.requests()).toBe(0)
  })

  test('a FetchXML too long for a URL is answered through $batch', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `<value>No such account of ours, number ${index}</value>`)
    const xml = `<fetch><entity name="account"><attribute name="name"/><filter><condition attribute="name" operator="in">${names.join('')}<value>x</value></condition></filter></entity></fetch>`
    const { api } = worker.call('analyst')
    const page = await api.get(`accounts?fetchXml=${encodeURIComponent(xml)}`, Page)
    expect(page.value).toEqual([])
    expect(encodeURIComponent(xml).length).toBeGreaterThan(32_768)
    expect(worker.dataverse.counters().kinds.batch).toBe(1)
  })

  test('a row that is not there does not stop its neighbours', async () => {
    const [gone, rows] = await worker.call('analyst').api.batch([
      { path: 'accounts(00000000-0000-4000-8000-000000000000)', schema: z.unknown() },
      { path: 'accounts?$select=name', schema: Page, pageSize: 3 },
    ])
    expect(gone).toMatchObject({ ok: false, error: { code: '0x80040217', status: 404 } })
    expect(rows.ok && rows.value.value.length).toBe(3)
  })
})

describe('what is known', () => {
  test('of a table', async () => {
    const { metadata } = worker.call('rep')
    const table = await metadata.table(await metadata.entity('Opportunities'))
    expect(table.byName.get('statuscode')?.options?.find(({ label }) => label === 'Won')).toMatchObject({ state: 1 })
    expect(table.byName.get('estimatedclosedate')?.dateOnly).toBe(true)
    expect(table.byName.get('createdon')?.dateOnly).toBe(false)
    expect(table.byName.get('customerid')).toMatchObject({ type: 'Customer', property: '_customerid_value' })
    expect(table.navigations).toContainEqual({ name: 'customerid_account', column: 'customerid', target: 'account' })
    expect(table.collections).toContainEqual(expect.objectContaining({ kind: 'many-to-many', target: 'competitor' }))
    expect(table.viewColumns).toEqual(expect.arrayContaining(['name', 'estimatedvalue']))
    expect(table.quickFindColumns).toContain('name')
  })

  test('of an alternate key', async () => {
    const { metadata } = worker.call('rep')
    const table = await metadata.table(await metadata.entity('account'))
    expect(table.keys.flat()).toContain('accountnumber')
  })

  test('of tables: activities, and those that only pair rows by name alone', async () => {
    const { metadata } = worker.call('rep')
    const { all } = await metadata.entities()
    expect(all.find(({ name }) => name === 'task')?.kind).toBe('activity')
    expect(all.find(({ name }) => name === 'account')?.kind).toBe('standard')
    expect(all.map(({ name }) => name)).not.toContain('opportunitycompetitors')
    expect((await metadata.entity('opportunitycompetitors')).entitySet).not.toBe('')
  })

  test('of people: their own language, time zone and currency', async () => {
    expect(await worker.call('rep').metadata.person()).toMatchObject({
      name: 'Priya Nair',
      businessUnit: { name: 'UK Sales' },
      language: 1033,
      timeZone: { code: 85, name: 'GMT Standard Time' },
      currency: { code: 'GBP' },
      organization: { baseCurrency: { code: expect.any(String) } },
    })
    expect(await worker.call('german').metadata.person()).toMatchObject({
      language: 1031,
      timeZone: { code: 110, name: 'W. Europe Standard Time' },
      currency: { code: 'EUR' },
    })
  })

  test('of labels: each in their language, from one cache', async () => {
    const english = await columnOf('rep', 'estimatedvalue')
    const german = await columnOf('german', 'estimatedvalue')
    expect(english).toBeDefined()
    expect(german).not.toBe(english)
    expect(await columnOf('manager', 'estimatedvalue')).toBe(english)
    expect(await columnOf('german', 'estimatedvalue')).toBe(german)
  })

  test('of rights: what Dataverse lets each read', async () => {
    const names = async (who: Who): Promise<string[]> =>
      (await worker.call(who).metadata.readable()).map(({ entity }) => entity.name)
    const rep = await names('rep')
    expect(rep).toEqual(expect.arrayContaining(['account', 'opportunity']))
    for (const name of rep.slice(0, 12)) {
      const { metadata, api } = worker.call('rep')
      const { entitySet, idColumn } = await metadata.entity(name)
      await expect(api.get(`${entitySet}?$select=${idColumn}`, Page, { pageSize: 1 })).resolves.toBeDefined()
    }
  })
})

describe('a column that is published', () => {
  const publish = (): void =>
    worker.dataverse.publish({
      kind: 'add-column',
      entity: 'opportunity',
      column: { name: 'hp_boats', schemaName: 'hp_Boats', type: 'Integer', label: 'Boats' },
    })

  test('is noticed when its time is over, in one request more than the table', async () => {
    await prepare('rep')
    await prepare('rep', 'account')
    publish()
    expect(await columnOf('rep', 'hp_boats')).toBeUndefined()
    worker.later(TEN_MINUTES)
    expect(await columnOf('rep', 'hp_boats')).toBe('Boats')
    expect((await prepare('rep', 'account')).api.requests()).toBe(0)
  })

  test('is noticed at once after an answer that names the newer version', async () => {
    const { api } = await prepare('rep')
    const read = async (): Promise<unknown> => await api.get('accounts?$select=name', Page, { pageSize: 1 })
    await read()
    publish()
    await read()
    expect(await columnOf('rep', 'hp_boats')).toBe('Boats')
  })

  test('is noticed when it was removed, and when no stamp can tell', async () => {
    await prepare('rep')
    publish()
    worker.later(TEN_MINUTES)
    expect(await columnOf('rep', 'hp_boats')).toBe('Boats')
    worker.dataverse.publish({ kind: 'remove-column', entity: 'opportunity', column: 'hp_boats' })
    worker.dataverse.publish({ kind: 'expire-stamps' })
    worker.later(TEN_MINUTES)
    expect(await columnOf('rep', 'hp_boats')).toBeUndefined()
  })

  test('nothing published costs one request every ten minutes', async () => {
    await prepare('rep')
    worker.later(TEN_MINUTES)
    expect((await prepare('rep')).api.requests()).toBe(1)
    expect((await prepare('rep')).api.requests()).toBe(0)
  })
})

describe('trouble', () => {
  test('throttling is waited out', async () => {
    worker.dataverse.fault({ upn: '*', kind: 'throttle', retryAfter: 0, times: 2 })
    const { api } = await prepare('rep')
    expect(api.requests()).toBeGreaterThan(2)
  })

  test('an ended token is told as such, and harms nobody else', async () => {
    worker.dataverse.fault({ upn: 'priya.nair@harbourpine.example', kind: 'unauthorized' })
    await expect(prepare('rep')).rejects.toMatchObject({ name: 'DataverseTokenRefused' })
    expect((await prepare('manager')).api.requests()).toBe(2)
  })
})
