import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createNamedRowsCache } from '../../../../shared/dataverse/records/named-rows.ts'
import type { NamedRows } from '../../../../shared/dataverse/query/resolve/values/asked.ts'
import type { Entity } from '../../../../shared/dataverse/metadata/model.ts'
import { startSandboxWorker, type Call, type SandboxWorker, type Who } from '../support/sandbox-worker.ts'

const HOUR_MS = 3_600_000
let worker: SandboxWorker
let user: Entity
let time = 0
let cache = createNamedRowsCache({ now: () => time })
beforeAll(async () => {
  worker = await startSandboxWorker()
  user = await worker.call('analyst').metadata.entity('systemuser')
})
afterAll(async () => await worker.close())
beforeEach(() => {
  cache = createNamedRowsCache({ now: () => time })
})

type Asking = { readonly call: Call; readonly rows: NamedRows }
const asking = (who: Who = 'analyst', organizationId = 'harbour'): Asking => {
  const call = worker.call(who)
  return { call, rows: cache.rowsFor(call.api, { organizationId, systemUserId: who }) }
}
const names = async (text: string, how: 'eq' | 'like', columns = ['fullname'], most = 5): Promise<string[]> =>
  (await asking().rows.find(user, columns, text, how, most)).map(({ name }) => name)

describe('find', () => {
  test.each<[string, string, 'eq' | 'like', string[], string[]]>([
    ['a whole name', 'Priya Nair', 'eq', ['fullname'], ['Priya Nair']],
    ['a beginning', 'Priya N%', 'like', ['fullname'], ['Priya Nair']],
    ['a part', '%iya Nai%', 'like', ['fullname'], ['Priya Nair']],
    ['one of several columns', 'Nair', 'eq', ['firstname', 'lastname'], ['Priya Nair']],
    ['a wildcard is a character there', '%', 'eq', ['fullname'], []],
    ['a pattern without one', 'Priya', 'like', ['fullname'], []],
    ['a quote and a tag', `'"<&x`, 'eq', ['fullname'], []],
  ])('%s', async (_what, text, how, columns, found) => {
    expect(await names(text, how, columns)).toEqual(found)
  })

  test('one more than the most tells that there are more', async () => {
    expect(await names('%a%', 'like', ['fullname'], 2)).toHaveLength(3)
  })

  test('ids are lower case, and rows are in the order of their names', async () => {
    const rows = await asking().rows.find(user, ['fullname'], '%a%', 'like', 20)
    for (const { id } of rows) expect(id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(rows.map(({ name }) => name)).toEqual(rows.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)))
  })
})

describe('what it costs', () => {
  const ask = async ({ call, rows }: Asking, text = 'Priya Nair'): Promise<number> => {
    await rows.find(user, ['fullname'], text, 'eq', 5)
    return call.api.requests()
  }

  test('one request, none again within a minute, one again after it', async () => {
    time = HOUR_MS
    expect(await ask(asking())).toBe(1)
    time += 59_000
    expect(await ask(asking())).toBe(0)
    time += 2_000
    expect(await ask(asking())).toBe(1)
  })

  test('one request for the same question asked at once', async () => {
    const one = asking()
    await Promise.all([ask(one), ask(one), ask(one)])
    expect(one.call.api.requests()).toBe(1)
  })

  test.each<[string, () => Asking]>([
    ['another person, who may see other rows', () => asking('rep')],
    ['another organization', () => asking('analyst', 'pine')],
  ])('one request for %s', async (_what, other) => {
    await ask(asking())
    expect(await ask(other())).toBe(1)
  })

  test('a question that failed is asked again', async () => {
    const gone = { ...user, entitySet: 'nosuchset' }
    const { call, rows } = asking()
    await expect(rows.find(gone, ['fullname'], 'x', 'eq', 5)).rejects.toMatchObject({ name: 'DataverseError' })
    await expect(rows.find(gone, ['fullname'], 'x', 'eq', 5)).rejects.toMatchObject({ name: 'DataverseError' })
    expect(call.api.requests()).toBe(2)
  })
})
