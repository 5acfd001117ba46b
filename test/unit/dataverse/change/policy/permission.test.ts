import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { isNeverColumn } from '../../../../../shared/config/writes/never.ts'
import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import { modelHides } from '../../../../../shared/config/model-hides.ts'
import {
  permissionFor,
  type Permission,
  type PermissionContext,
  type WriteKind,
} from '../../../../../shared/dataverse/change/policy/permission.ts'
import { policySeen } from '../../../../../shared/dataverse/change/policy/policy-watch.ts'
import { createHidingViews, hidingMetadata } from '../../../../../shared/dataverse/hiding/hiding-metadata.ts'
import type { Problem } from '../../../../../shared/dataverse/change/model.ts'
import type { Metadata, Table } from '../../../../../shared/dataverse/metadata/model.ts'
import { ENTITIES } from '../../../../sandbox/dataverse/schema/schema.ts'
import { startSandboxWorker, type SandboxWorker, type Who } from '../../support/sandbox-worker.ts'

let worker: SandboxWorker
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(() => worker.close())
beforeEach(() => worker.dataverse.reset())

type Setup = { readonly who?: Who; readonly hides?: string }

function contextOf(policy: object, { who = 'rep', hides }: Setup = {}): PermissionContext & { metadata: Metadata } {
  const { metadata: raw } = worker.call(who)
  const metadata = hides === undefined ? raw : hidingMetadata(raw, createHidingViews(modelHides.parse(hides)))
  return { policy: writePolicy.parse(JSON.stringify(policy)), metadata, writable: metadata.writable }
}

async function permission(kind: WriteKind, name: string, policy: object, setup?: Setup) {
  const context = contextOf(policy, setup)
  const table = await context.metadata.table(await context.metadata.entity(name))
  const found: Permission = await permissionFor(kind, table, context)
  return { ...found, table }
}

function problemOf({ ofColumn, table }: Permission & { table: Table }, column: string): Problem | undefined {
  return ofColumn((table.byName.get(column) ?? table.hidden?.get(column))!)
}

const TASKS = { tables: { task: { create: true, update: ['subject', 'statecode'] }, contact: { update: true } } }

describe('a table', () => {
  test.each([
    ['create', 'account', 'Rows can be created of: task.'],
    ['update', 'account', 'Rows can be changed of: task, contact.'],
    ['create', 'contact', 'Rows can be created of: task.'],
  ] as const)('%s %s is refused with those that are open', async (kind, name, listed) => {
    const { problem, ofColumn, table, columns } = await permission(kind, name, TASKS)
    expect(problem).toMatchObject({ code: 'table_not_writable' })
    expect(problem?.nextStep).toContain(listed)
    expect(ofColumn(table.byName.get('ownerid')!)).toEqual(problem)
    expect(columns).toEqual([])
  })

  test('that is not open costs no request', async () => {
    const { api, metadata } = worker.call('rep')
    const table = await metadata.table(await metadata.entity('account'))
    await metadata.entities()
    const before = api.requests()
    await permissionFor('update', table, { ...contextOf(TASKS), metadata, writable: metadata.writable })
    expect(api.requests()).toBe(before)
  })

  test('is not offered where it does not exist or is hidden', async () => {
    const tables = { ...TASKS.tables, nosuch: { create: true }, lead: { create: true }, tasks: { create: true } }
    const { problem } = await permission('create', 'account', { tables }, { hides: 'lead' })
    expect(problem?.nextStep).toMatch(/Rows can be created of: task\.$/)
  })
})

describe('`true` is every column that is valid and neither secured nor on a list', () => {
  const KINDS = ['create', 'update'] as const
  const SPECIAL = new Set(['ownerid', 'statecode'])
  const tables = [...ENTITIES.values()].filter(({ isIntersect }) => isIntersect !== true)
  const openable = tables.filter(({ logicalName }) => {
    const opened = JSON.stringify({ tables: { [logicalName]: { create: true } } })
    return writePolicy.safeParse(opened).success
  })

  test.each(KINDS)('on %s, of all tables', async (kind) => {
    expect(openable.length).toBeGreaterThan(20)
    let open = 0
    for (const { logicalName, columns, primaryIdAttribute } of openable) {
      const found = await permission(kind, logicalName, { tables: { [logicalName]: { create: true, update: true } } })
      const expected = [...columns.values()].filter(
        ({ name, secured, sourceType, type, [kind]: valid }) =>
          valid !== false &&
          secured !== true &&
          (sourceType ?? 0) === 0 &&
          name !== primaryIdAttribute &&
          !SPECIAL.has(name) &&
          !isNeverColumn(name, kind) &&
          !['Image', 'File', 'EntityName', 'PartyList'].includes(type) &&
          !(type === 'String' && ['body', 'content'].includes(name)),
      )
      const names = expected.map(({ name }) => name)
      expect([logicalName, found.columns.toSorted()]).toEqual([logicalName, names.toSorted()])
      open += names.length
    }
    expect(open).toBeGreaterThan(500)
  })

  test.each(['ownerid', 'statecode'])('%s has to be named', async (name) => {
    const all = await permission('update', 'task', { tables: { task: { update: true } } })
    expect(problemOf(all, name)).toMatchObject({ code: 'column_not_writable', column: name })
    const named = await permission('update', 'task', { tables: { task: { update: [name] } } })
    expect(problemOf(named, name)).toBeUndefined()
  })
})

describe('a column', () => {
  const open = (...names: string[]) => ({ create: names, update: names })
  const NAMES = ['name', 'creditlimit', 'parentaccountidname', 'entityimage', 'accountid', 'parentaccountid', 'hp_sum']
  const ACCOUNT = { tables: { account: open(...NAMES), task: open('subject') } }

  test.each([
    ['update', 'name', undefined],
    ['update', 'telephone1', 'column_not_writable'],
    ['update', 'accountid', 'column_not_writable'],
    ['create', 'accountid', 'column_not_writable'],
    ['update', 'parentaccountidname', 'column_not_writable'],
    ['update', 'creditlimit', 'column_secured'],
    ['create', 'creditlimit', 'column_secured'],
    ['update', 'hp_sum', 'column_computed'],
  ] as const)('%s %s: %s', async (kind, name, code) => {
    const column = { name: 'hp_sum', schemaName: 'hp_Sum', type: 'Integer', label: 'Sum', sourceType: 2 } as const
    worker.dataverse.publish({ kind: 'add-column', entity: 'account', column })
    worker.restart()
    const found = await permission(kind, 'account', ACCOUNT)
    expect(problemOf(found, name)?.code).toBe(code)
  })

  test('that only a new row takes says so', async () => {
    const column = { name: 'hp_first', schemaName: 'hp_First', type: 'String', label: 'First', update: false } as const
    worker.dataverse.publish({ kind: 'add-column', entity: 'contact', column })
    worker.restart()
    const policy = { tables: { contact: open('hp_first', 'lastname') } }
    expect(problemOf(await permission('create', 'contact', policy), 'hp_first')).toBeUndefined()
    expect(problemOf(await permission('update', 'contact', policy), 'hp_first')).toMatchObject({
      code: 'column_not_writable',
      text: expect.stringContaining('can be set in a new row, and not be changed'),
    })
  })

  test('is refused with what may be written instead, and that is accepted', async () => {
    for (const kind of ['create', 'update'] as const) {
      const all = await permission(kind, 'contact', { tables: { contact: { create: true, update: true } } })
      const [, listed = ''] = / can be set [^:]+: (.+)\.$/.exec(problemOf(all, 'createdon')?.nextStep ?? '') ?? []
      const shown = listed.replace(/ and \d+ more$/, '').split(', ')
      expect(shown).toContain('lastname (Last Name)')
      const names = shown.map((one) => one.replace(/ \(.*\)$/, ''))
      expect(names).toHaveLength(30)
      expect(names).toContain('lastname')
      expect(names.filter((name) => problemOf(all, name) !== undefined)).toEqual([])
    }
  })

  test('that an administrator secures can be written by an administrator alone, and only where it is named', async () => {
    for (const who of ['rep', 'manager'] as const)
      expect(problemOf(await permission('update', 'account', ACCOUNT, { who }), 'creditlimit')).toBeDefined()
    const all = await permission('update', 'account', { tables: { account: { update: true } } })
    expect(problemOf(all, 'creditlimit')).toMatchObject({ code: 'column_secured' })
  })

  test.each([
    ['account.name', 'name'],
    ['account.name=mask', 'name'],
    ['*.parentaccountid', 'parentaccountid'],
  ])('that MODEL_HIDES=%s keeps is not written, nor named', async (hides, name) => {
    const found = await permission('update', 'account', ACCOUNT, { hides })
    const problem = problemOf(found, name)
    expect(problem?.code).toBe('hidden_by_administrator')
    expect(found.columns).not.toContain(name)
    expect(problem?.nextStep).not.toContain(` ${name}`)
  })

  test('is human where the policy says so', async () => {
    const policy = { tables: { task: { update: ['subject', 'description'], human: ['subject'] } } }
    const { isHuman } = await permission('update', 'task', policy)
    expect(['subject', 'description'].map(isHuman)).toEqual([true, false])
  })

  test('is named as it was asked for', async () => {
    const { ofColumn, table } = await permission('update', 'account', ACCOUNT)
    expect(ofColumn(table.byName.get('telephone1')!, 'Main Phone')?.column).toBe('Main Phone')
  })
})

describe('what a change shows of the policy, for administrators', () => {
  const POLICY = {
    tables: { account: { update: ['name', 'nmae'] }, nosuch: { create: true }, goal: { update: ['title'] } },
  }

  test('is names that the environment does not have, and tables whose changes it does not keep', async () => {
    const context = contextOf(POLICY)
    for (const name of ['account', 'goal'])
      await permissionFor('update', await context.metadata.table(await context.metadata.entity(name)), context)
    const { tables, unmatched, unaudited } = policySeen(context.policy)
    expect([...tables]).toEqual(['account', 'goal'])
    expect([...unmatched].sort()).toEqual(['account.nmae', 'nosuch'])
    expect([...unaudited]).toEqual([...tables].filter((name) => ENTITIES.get(name)!.isAudited !== true))
  })

  test('what is hidden from models is there all the same', async () => {
    const context = contextOf(POLICY, { hides: 'goal, account.name' })
    await permissionFor('update', await context.metadata.table(await context.metadata.entity('account')), context)
    expect([...policySeen(context.policy).unmatched].sort()).toEqual(['account.nmae', 'nosuch'])
  })
})
