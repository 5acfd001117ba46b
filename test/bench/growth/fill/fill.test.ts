// Not in a bare npm test: starts an Azurite of its own.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { odata, TableClient, type TableEntity } from '@azure/data-tables'
import { type Filled, startFilled } from './azurite.ts'

const NAME = 'Wq3-x_0aB9'
const PERSON = 'person_of-many'
/** A column of each type that Table Storage has. */
const COLUMNS = {
  text: `of ${NAME}, [${NAME}]`,
  plain: 'nobody',
  number: 41,
  fraction: 0.5,
  long: { type: 'Int64', value: '9007199254740993' },
  time: new Date('2026-11-24T09:00:00.123Z'),
  flag: true,
  id: { type: 'Guid', value: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01' },
  bytes: Uint8Array.from({ length: 300 }, (_, at) => at % 256),
} as const
const COUNT = 2_500

let azurite: Filled
let table: TableClient
let copies: TableEntity[]

const read = async (filter?: string) => {
  const rows: TableEntity[] = []
  for await (const row of table.listEntities(filter === undefined ? {} : { queryOptions: { filter } }))
    rows.push(row as TableEntity)
  return rows
}
const get = (partitionKey: string, rowKey: string) => table.getEntity(partitionKey, rowKey)

beforeAll(async () => {
  azurite = await startFilled()
  table = TableClient.fromConnectionString(azurite.connectionString, 'filled', { allowInsecureConnection: true })
  await table.createTable()
  await table.createEntity({ partitionKey: PERSON, rowKey: `row:${NAME}`, ...COLUMNS })
  const names = [
    { text: NAME, every: 1 },
    { text: PERSON, every: 50 },
  ]
  const rows = [{ table: 'filled', partitionKey: PERSON, rowKey: `row:${NAME}` }]
  expect(await azurite.fill({ count: COUNT, rows, names })).toBe(COUNT)
  copies = (await read()).filter(({ partitionKey }) => partitionKey !== PERSON)
})
afterAll(() => azurite.close())

/** One of the copies, and the same written over HTTP. */
async function both() {
  const copy = copies[7]
  if (!copy) throw new Error('no copy')
  const { partitionKey, rowKey } = copy
  const name = rowKey.slice('row:'.length)
  const columns = { ...COLUMNS, text: `of ${name}, [${name}]` }
  await table.upsertEntity({ partitionKey, rowKey: `over HTTP:${name}`, ...columns }, 'Replace')
  return { partitionKey, copied: rowKey, written: `over HTTP:${name}` }
}

test('all copies are there, in the order of their keys, each under its own name and fifty to a person', () => {
  expect(copies).toHaveLength(COUNT)
  const keys = copies.map(({ partitionKey, rowKey }) => `${partitionKey}|${rowKey}`)
  expect(keys).toEqual(keys.toSorted())
  expect(new Set(copies.map(({ rowKey }) => rowKey)).size).toBe(COUNT)
  const people = Object.values(Object.groupBy(copies, ({ partitionKey }) => partitionKey))
  expect(people.map((rows) => rows?.length)).toEqual(Array.from({ length: COUNT / 50 }, () => 50))
  for (const { rowKey, text } of copies) expect(text).toBe(COLUMNS.text.replaceAll(NAME, rowKey.slice(4)))
})

test('a copy reads like a row that was written over HTTP, in every type', async () => {
  const { partitionKey, copied, written } = await both()
  const strip = ({ etag, timestamp, rowKey, 'odata.metadata': _, ...rest }: Record<string, unknown>) => {
    expect([etag, timestamp, rowKey]).toEqual([
      expect.stringMatching(/^W\/"datetime'/),
      expect.any(String),
      expect.any(String),
    ])
    return rest
  }
  const [one, other] = [await get(partitionKey, copied), await get(partitionKey, written)]
  expect(strip(one)).toEqual(strip(other))
  const { etag } = await get(PERSON, `row:${NAME}`)
  expect(one.etag).toBe(etag)
})

test.each([
  ['text', (row: TableEntity) => odata`text eq ${String(row['text'])}`, 1],
  ['a partition', (row: TableEntity) => odata`PartitionKey eq ${row.partitionKey}`, 50],
  ['a time', () => odata`time lt ${new Date('2026-11-24T09:00:00.124Z')} and flag eq true`, COUNT],
])('is found by %s', async (_, filter, count) => {
  const [row] = copies
  if (!row) throw new Error('no copy')
  const found = (await read(filter(row))).filter(({ partitionKey, rowKey }) =>
    copies.some((copy) => copy.partitionKey === partitionKey && copy.rowKey === rowKey),
  )
  expect(found).toHaveLength(count)
})

test('is changed and deleted by its etag, alone and in a transaction, as Azurite changes any row', async () => {
  const [first, second] = copies.slice(100, 102)
  const { partitionKey = '', rowKey = '' } = first ?? {}
  const stale = `W/"datetime'2020-01-01T00%3A00%3A00.0000000Z'"`
  const change = { partitionKey, rowKey, plain: 'changed' }
  await expect(table.updateEntity(change, 'Merge', { etag: stale })).rejects.toMatchObject({ statusCode: 412 })
  const { etag } = await table.updateEntity(change, 'Merge', { etag: String(first?.['etag']) })
  expect(await get(partitionKey, rowKey)).toMatchObject({ plain: 'changed', number: 41 })
  await expect(table.createEntity(change)).rejects.toMatchObject({ statusCode: 409 })
  await table.deleteEntity(partitionKey, rowKey, { etag: String(etag) })
  const keys = { partitionKey: second?.partitionKey ?? '', rowKey: second?.rowKey ?? '' }
  await table.submitTransaction([['delete', keys]])
  for (const gone of [rowKey, keys.rowKey])
    await expect(get(partitionKey, gone)).rejects.toMatchObject({ statusCode: 404 })
  expect(await read(odata`PartitionKey eq ${partitionKey}`)).toHaveLength(48)
})

test('counts requests, and says which row is not there', async () => {
  const before = await azurite.requests()
  await read(odata`RowKey eq 'nothing'`)
  expect((await azurite.requests()) - before).toBe(1)
  const rows = [{ table: 'filled', partitionKey: 'a', rowKey: 'b' }]
  await expect(azurite.fill({ count: 1, rows, names: [] })).rejects.toThrow('no row a b in filled')
})
