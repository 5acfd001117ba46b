import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { metadataFor, OPPORTUNITY_COLUMNS } from '../../mcp/support/upstream-metadata.ts'
import { startUpstream, type Upstream, type UpstreamAnswer } from '../../mcp/support/upstream.ts'
import { OPPORTUNITY } from '../support/fixtures.ts'
import { MINUTE, partsOf, startWorker, type Worker } from '../support/people.ts'
import { clientOf } from '../support/wire.ts'

let upstream: Upstream
let worker: Worker
/** What `RetrieveMetadataChanges` answers to a stamp. */
let changes: UpstreamAnswer
let published = false
const ACCOUNT = { ...OPPORTUNITY, name: 'account', entitySet: 'accounts', idColumn: 'accountid' }
const COLUMN = { LogicalName: 'new_boats', AttributeType: 'Integer', DisplayName: null }

beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(async () => {
  published = false
  changes = { body: { ServerVersionStamp: '2!', EntityMetadata: [] } }
  upstream.metadata = (request, inBatch) => {
    if (request.path.includes('ClientVersionStamp')) return changes
    if (published && request.path.endsWith("'opportunity')/Attributes")) {
      return { body: { value: [...OPPORTUNITY_COLUMNS, COLUMN] } }
    }
    return metadataFor(request, inBatch)
  }
  worker = startWorker(upstream.url)
  await worker.call('priya').tables([OPPORTUNITY, ACCOUNT])
  upstream.seen.length = 0
})

const inGerman =
  (answers: Upstream['metadata']): Upstream['metadata'] =>
  (request, inBatch) =>
    request.path.startsWith('usersettingscollection')
      ? { body: { uilanguageid: 1031, timezonecode: 85 } }
      : answers(request, inBatch)
const knows = async (): Promise<boolean> => (await worker.call('priya').table(OPPORTUNITY)).byName.has('new_boats')
const asked = (): string[][] => partsOf(upstream.seen)
const CHECK = ['RetrieveMetadataChanges', 'systemusers', 'usersettingscollection']

describe('what is kept', () => {
  test('is confirmed after ten minutes, with the person, in one request', async () => {
    published = true
    worker.time = 10 * MINUTE - 1
    expect(await knows()).toBe(false)
    expect(asked()).toEqual([])
    worker.time = 10 * MINUTE + 1
    expect(await knows()).toBe(false)
    expect(asked()).toEqual([CHECK])
    const [check] = upstream.seen[0]?.parts ?? []
    expect(check?.query.get('@p2')).toBe("'1!'")
    expect(JSON.parse(check?.query.get('@p1') ?? '')).toHaveProperty('AttributeQuery')
  })

  test('is confirmed with the newest stamp the next time', async () => {
    worker.time = 10 * MINUTE + 1
    await knows()
    worker.time = 20 * MINUTE + 2
    await knows()
    expect(upstream.seen[1]?.parts[0]?.query.get('@p2')).toBe("'2!'")
  })

  test('loses only the tables that have changed', async () => {
    published = true
    changes = { body: { ServerVersionStamp: '2!', EntityMetadata: [{ LogicalName: 'opportunity', HasChanged: true }] } }
    worker.time = 10 * MINUTE + 1
    expect(await knows()).toBe(true)
    const before = upstream.seen.length
    await worker.call('priya').table(ACCOUNT)
    expect(upstream.seen).toHaveLength(before)
  })

  test.each([
    [
      'something was deleted',
      { body: { ServerVersionStamp: '2!', DeletedMetadata: { Count: 1, Keys: ['Attribute'] } } },
    ],
    [
      'the stamp has expired',
      { status: 400, body: { error: { code: '0x80044352', message: 'Version stamp expired' } } },
    ],
    ['it may not be asked', { status: 403, body: { error: { code: '0x80040220', message: 'no' } } }],
    ['the answer is another', { body: { unknown: true } }],
  ])('is read anew when %s', async (_what, answer) => {
    published = true
    changes = answer
    worker.time = 10 * MINUTE + 1
    expect(await knows()).toBe(true)
    const all = asked().flat()
    expect(all.filter((path) => path === 'EntityDefinitions')).toHaveLength(1)
    expect(all.filter((path) => path === 'EntityDefinitions/Attributes')).toHaveLength(1)
  })

  test('is kept when the question is only throttled, and asked about again', async () => {
    changes = { status: 429, headers: { 'retry-after': '60' }, body: '' }
    worker.time = 10 * MINUTE + 1
    await expect(knows()).rejects.toMatchObject({ kind: 'throttled' })
    changes = { body: { ServerVersionStamp: '2!' } }
    expect(await knows()).toBe(false)
    expect(
      asked()
        .flat()
        .filter((path) => path.startsWith('EntityDefinitions')),
    ).toEqual([])
  })

  test.each<[string, UpstreamAnswer]>([
    ['all of it', { body: { ServerVersionStamp: '2!', DeletedMetadata: { Count: 1, Keys: ['Attribute'] } } }],
    ['a table', { body: { ServerVersionStamp: '2!', EntityMetadata: [{ LogicalName: 'opportunity' }] } }],
  ])('is read anew in the language of now where, within a call, %s and the person have changed', async (_, answer) => {
    worker.time = 10 * MINUTE - 1
    const call = worker.call('priya')
    await call.entities()
    changes = answer
    upstream.metadata = inGerman(upstream.metadata)
    worker.time = 10 * MINUTE + 1
    await call.tables([OPPORTUNITY])
    await call.entities()
    expect(worker.cache.indexes.peek('1033')).toBeUndefined()
    expect(worker.cache.indexes.peek('1031')).toBeDefined()
    expect(worker.cache.tables.peek('1033/opportunity')).toBeUndefined()
    expect(worker.cache.tables.peek('1031/opportunity')).toBeDefined()
  })

  test('is read anew after an hour whatever the stamp says: views are rows', async () => {
    for (let minutes = 9; minutes <= 61; minutes += 9) {
      worker.time = minutes * MINUTE
      await knows()
    }
    worker.time = 61 * MINUTE
    upstream.seen.length = 0
    published = true
    expect(await knows()).toBe(true)
    expect(asked()).toHaveLength(2)
  })
})

describe('a version that an answer names', () => {
  const read = async (version: string): Promise<void> => {
    upstream.answer = () => ({ body: { '@Microsoft.Dynamics.CRM.globalmetadataversion': version, value: [] } })
    const client = clientOf(upstream.url, { onMetadataVersion: worker.cache.freshness.note })
    await client.get('accounts', z.unknown())
    upstream.seen.length = 0
  }

  test('has what is kept confirmed at the next use when it is new', async () => {
    published = true
    changes = { body: { ServerVersionStamp: '2!', EntityMetadata: [{ LogicalName: 'opportunity' }] } }
    await read('100')
    expect(await knows()).toBe(false)
    await read('101')
    expect(await knows()).toBe(true)
    expect(asked()[0]).toEqual(['RetrieveMetadataChanges'])
  })

  test('costs nothing when it was seen before: servers differ for a while', async () => {
    for (const version of ['100', '101']) await read(version)
    await knows()
    for (const version of ['100', '101', '100']) await read(version)
    await knows()
    expect(asked()).toEqual([])
  })
})

describe('a column that is not there', () => {
  test('is looked for anew once what is known is a minute old', async () => {
    published = true
    const { table } = worker.call('priya')
    expect((await table(OPPORTUNITY, { fresh: true })).byName.has('new_boats')).toBe(false)
    worker.time = MINUTE + 1
    expect((await table(OPPORTUNITY)).byName.has('new_boats')).toBe(false)
    expect((await table(OPPORTUNITY, { fresh: true })).byName.has('new_boats')).toBe(true)
    expect(asked()).toHaveLength(1)
  })
})
