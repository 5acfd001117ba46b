import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createTableProbe } from '../../../shared/storage/table/probe.ts'
import { DAY, START, startStorage, type Storage } from '../support/harness.ts'

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.close())

test('a table that nobody has made yet has nothing switched off, and nothing to switch on', async () => {
  const { switches } = storage.stores('none')
  expect(await switches.list()).toEqual([])
  await switches.remove('tool', 'query_crm')
})

test('what is put is listed as it was put; put again it is replaced; removed twice it is gone', async () => {
  const { switches } = storage.stores('one')
  const off = { kind: 'everything', row: 'everything', since: START, message: 'Back at <noon>, “soon”\u202e.' }
  await switches.put({ ...off, message: 'first' })
  await switches.put(off)
  expect(await switches.list()).toEqual([off])
  const { message: _message, ...silent } = off
  await switches.put({ ...silent, since: START + DAY })
  expect(await switches.list()).toEqual([{ ...silent, since: START + DAY }])
  await switches.remove('everything', 'everything')
  await switches.remove('everything', 'everything')
  expect(await switches.list()).toEqual([])
})

test.each([
  ['as earlier versions wrote a client', { endedAt: new Date(START), clientId: 'c' }, { since: START, clientId: 'c' }],
  ['empty', {}, {}],
  ['with columns of other types', { since: 'yesterday', message: 7, clientId: true }, {}],
  ['with columns that nobody knows', { by: 'somebody' }, {}],
])('a row %s switches off all the same', async (what, columns, read) => {
  const { tables, switches } = storage.stores(`row${what.length}`)
  await tables.switches.createTable()
  await tables.switches.createEntity({ partitionKey: 'client', rowKey: 'r', ...columns })
  expect(await switches.list()).toEqual([{ kind: 'client', row: 'r', ...read }])
})

test('rows beyond the first page of the service are found, whatever their number', async () => {
  const { tables, switches } = storage.stores('many')
  await tables.switches.createTable()
  const rowKeys = Array.from({ length: 1_150 }, (_, at) => `index-${String(at).padStart(5, '0')}`)
  for (let from = 0; from < rowKeys.length; from += 100)
    await tables.switches.submitTransaction(
      rowKeys.slice(from, from + 100).map((rowKey) => ['create', { partitionKey: 'person', rowKey }]),
    )
  await switches.put({ kind: 'tool', row: 'query_crm', since: START })
  const found = await switches.list()
  expect(found.filter(({ kind }) => kind === 'person').map(({ row }) => row)).toEqual(rowKeys)
  expect(found.at(-1)).toEqual({ kind: 'tool', row: 'query_crm', since: START })
})

test('the row of an administrator’s check is no switch', async () => {
  const { tables, switches } = storage.stores('probe')
  await tables.switches.createTable()
  await tables.switches.createEntity({ partitionKey: 'manage-check', rowKey: 'left behind', count: 1 })
  await createTableProbe(tables.switches).run('passing', START)
  expect(await switches.list()).toEqual([])
})
