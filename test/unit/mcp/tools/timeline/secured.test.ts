import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Item } from '../../../../../shared/mcp/tools/timeline/timeline.ts'
import type { Column, ColumnType } from '../../../../sandbox/dataverse/schema/schema.ts'
import { idOf, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../../sandbox/dataverse/store/store.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../../support/sandbox-stage.ts'
import { account, accountRow } from './rows.ts'

const MANAGER = person('sales manager').systemUserId ?? ''
const [OLD, NEW] = [person('sales rep').systemUserId ?? '', person('analyst').systemUserId ?? '']

/** A kind of column, and what an audit of it holds as text. */
const KINDS: readonly (readonly [ColumnType, Partial<Column>, string | null, string | null])[] = [
  ['String', {}, 'was blue', 'is red'],
  ['Memo', {}, 'was long', null],
  ['Integer', {}, '41', '42'],
  ['Decimal', {}, '4.1', '4.2'],
  ['Money', {}, '4100', '4200'],
  [
    'Boolean',
    {
      options: [
        { value: 0, label: 'No' },
        { value: 1, label: 'Yes' },
      ],
    },
    'false',
    'true',
  ],
  [
    'Picklist',
    {
      options: [
        { value: 1, label: 'Cold' },
        { value: 2, label: 'Hot' },
      ],
    },
    '1',
    '2',
  ],
  [
    'MultiSelectPicklist',
    {
      options: [
        { value: 1, label: 'Tea' },
        { value: 2, label: 'Rum' },
      ],
    },
    '1',
    '1,2',
  ],
  ['DateTime', { behavior: 'UserLocal', format: 'DateAndTime' }, '2026-01-01T10:00:00Z', '2026-02-01T10:00:00Z'],
  ['Lookup', { targets: ['systemuser'] }, `systemuser,${OLD}`, `systemuser,${NEW}`],
  ['Uniqueidentifier', {}, OLD, NEW],
]
const nameOf = (type: string): string => `hp_secret${type.toLowerCase()}`

function auditRow(
  key: string,
  changes: readonly (readonly [string, string | null, string | null])[],
): TableRows[number] {
  const values = {
    auditid: idOf('secured/audit', key),
    action: 2,
    operation: 2,
    objectid: reference('account', account('secured')),
    objecttypecode: 'account',
    userid: reference('systemuser', OLD),
    createdon: '2026-10-10T10:00:00Z',
    attributemask: ',1,',
    changedata: JSON.stringify({
      changedAttributes: changes.map(([logicalName, oldValue, newValue]) => ({ logicalName, oldValue, newValue })),
    }),
    transactionid: idOf('secured/transaction', key),
  }
  return { entity: 'audit', values }
}

let stage: Stage
let worker: Harness
function publish(): void {
  for (const [type, more] of KINDS) {
    const name = nameOf(type)
    const column: Column = {
      name,
      schemaName: name,
      type,
      label: `Secret ${type}`,
      secured: true,
      maxLength: 100,
      ...more,
    }
    stage.dataverse.publish({ kind: 'add-column', entity: 'account', column })
  }
}
beforeAll(async () => {
  stage = await openStage([
    accountRow('secured'),
    ...KINDS.map(([type, , from, to]) => auditRow(type, [[nameOf(type), from, to]])),
    auditRow('mixed', [
      ...KINDS.map(([type, , from, to]) => [nameOf(type), from, to] as const),
      ['telephone1', '1', '2'],
    ]),
  ])
  publish()
  worker = stage.coldWorker()
}, 120_000)
afterAll(async () => {
  stage.dataverse.reset()
  await stage.close()
})

async function ask(who: Who, by = worker) {
  const { answer } = await called(
    by,
    'timeline',
    { of: `account/${account('secured')}`, kinds: ['change'], top: 50 },
    who,
  )
  const { items, history } = answer.structuredContent as unknown as { items: Item[]; history: string }
  return { items, history, whole: JSON.stringify(answer) }
}

describe('a change of a secured column', () => {
  const check = ({ items, history, whole }: Awaited<ReturnType<typeof ask>>): void => {
    expect(items.map(({ changes = [] }) => changes.map(({ column }) => column))).toEqual([['telephone1']])
    expect(history).toContain('Changes of columns that are hidden from you')
    for (const [type, , from, to] of KINDS) {
      expect(whole).not.toContain(nameOf(type))
      expect(whole).not.toContain(`Secret ${type}`)
      for (const value of [from, to])
        if (value !== null && /^(?!true|false)...../.test(value) && value !== OLD) expect(whole).not.toContain(value)
    }
  }

  test('is told of every kind to who may see them', async () => {
    const { items } = await ask('analyst')
    const alone = items.filter(({ changes = [] }) => changes.length === 1).flatMap(({ changes = [] }) => changes)
    expect(alone.map(({ column }) => column).toSorted()).toEqual(KINDS.map(([type]) => nameOf(type)).toSorted())
  })

  test('is none to who may read histories and not these columns: neither values, nor names, nor that there was one', async () => {
    stage.dataverse.withdrawProfile(MANAGER)
    check(await ask('sales-manager'))
  })

  test('nor where Dataverse itself gives the values', async () => {
    // The rows come back as they were, and with them the profile; this worker still knows that there was none.
    stage.dataverse.reset()
    publish()
    check(await ask('sales-manager'))
    const { items } = await ask('sales-manager', stage.coldWorker())
    expect(items.length).toBe(KINDS.length + 1)
  })
})
