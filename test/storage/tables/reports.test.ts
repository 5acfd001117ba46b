import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readFolder } from '../../../infra/reports/read-folder.ts'
import { hideEntry, listEntries, putEntry, removeEntry } from '../../../infra/reports/entries-table.ts'
import { createCurrentReports } from '../../../shared/reports/catalogue/current-reports.ts'
import { StorageUnavailable } from '../../../shared/storage/ports.ts'
import { BUILT_IN } from '../../unit/reports/own-report.ts'
import { START, startStorage, storesOf, type Storage, type Stores } from '../support/harness.ts'

const EXAMPLE = 'infra/reports/example'
let storage: Storage
let stores: Stores
let number = 0
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())
beforeEach(async () => {
  stores = storage.stores(`r${(number += 1)}`)
  await stores.reportsTable.createTable()
})

/** As somebody with the portal or another tool would write it. */
const write = async (rowKey: string, columns: Readonly<Record<string, unknown>>, partitionKey = 'report') =>
  await stores.reportsTable.upsertEntity({ partitionKey, rowKey, ...columns }, 'Replace')

describe('table reports', () => {
  test('one that nobody has made is empty', async () => {
    expect(await storage.stores('absent').reports.list(200)).toEqual([])
  })

  test('is read by slug, without rows of other partitions', async () => {
    await write('b', { definition: '{}' })
    await write('a', { hidden: true })
    await write('c', { definition: '{}' }, 'other')
    expect(await stores.reports.list(200)).toEqual([
      { slug: 'a', hidden: true },
      { slug: 'b', hidden: false, definition: '{}' },
    ])
  })

  test.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['hidden as a text', { hidden: 'true' }, { hidden: true }],
    ['not hidden as a text', { hidden: 'false', definition: 'x' }, { hidden: false, definition: 'x' }],
    ['hidden as a number', { hidden: 1 }, { hidden: false }],
    ['a definition in bytes', { definition: new Uint8Array([1, 2]) }, { hidden: false }],
    ['other columns', { note: 'mine', definition: 'x' }, { hidden: false, definition: 'x' }],
  ])('takes a row with %s for what it is', async (_name, columns, expected) => {
    await write('one', columns)
    expect(await stores.reports.list(200)).toEqual([{ slug: 'one', ...expected }])
  })

  test('of a thousand rows, a megabyte of text among them, only the first are read', async () => {
    const rows = Array.from({ length: 1_000 }, (_, at) => `row-${String(at).padStart(4, '0')}`)
    for (let at = 0; at < rows.length; at += 100) {
      const hundred = rows.slice(at, at + 100)
      await stores.reportsTable.submitTransaction(
        hundred.map((rowKey) => ['upsert', { partitionKey: 'report', rowKey, definition: '{}' }, 'Replace']),
      )
    }
    const parts = Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`more${at}`, 'x'.repeat(32_000)]))
    await write('row-0000', { definition: 'x'.repeat(32_000), ...parts })
    const found = await stores.reports.list(200)
    expect(found.map(({ slug }) => slug)).toEqual(rows.slice(0, 200))
    expect(Object.keys(found[0] ?? {})).toEqual(['slug', 'hidden', 'definition'])
  })

  test('storage that cannot be reached is told', async () => {
    const nowhere = storage.azurite.connectionString.replace(
      /TableEndpoint=[^;]+/,
      'TableEndpoint=http://127.0.0.1:9/x',
    )
    await expect(storesOf(nowhere).reports.list(200)).rejects.toThrow(StorageUnavailable)
  })
})

describe('npm run reports', () => {
  const current = () =>
    createCurrentReports({
      builtIn: BUILT_IN,
      store: stores.reports,
      now: () => START,
      create: (definitions) => definitions.map(({ slug }) => slug),
    }).read(() => undefined)

  test('puts the example into the catalogue, hides, and takes both back', async () => {
    const [report] = await readFolder(EXAMPLE)
    if (!report?.ok) throw new Error(report?.reason ?? 'no example')
    await putEntry(stores.reportsTable, 'report', report.slug, report.definition)
    await hideEntry(stores.reportsTable, 'report', 'second')
    expect(await listEntries(stores.reportsTable, 'report')).toEqual(['quiet-big-deals', 'second (hidden)'])
    expect(await current()).toEqual(['first', 'third', 'quiet-big-deals'])
    await removeEntry(stores.reportsTable, 'report', report.slug)
    await removeEntry(stores.reportsTable, 'report', 'second')
    expect(await current()).toEqual(['first', 'second', 'third'])
  })

  test('the example brings its FetchXML from the file beside it', async () => {
    const [report] = await readFolder(EXAMPLE)
    const fetchxml = await readFile(`${EXAMPLE}/quiet-big-deals.xml`, 'utf8')
    expect(report).toMatchObject({ slug: 'quiet-big-deals', ok: true })
    expect(report?.ok && JSON.parse(report.definition)).toMatchObject({ queries: [{ fetchxml }] })
  })
})
