import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { AskedChange, PlannedChange } from '../../../../../shared/dataverse/change/model.ts'
import { createRecord } from '../../../../../shared/dataverse/change/operations/create-record.ts'
import type { Row } from '../../../../../shared/dataverse/rows/rows.ts'
import { ENTITIES } from '../../../../sandbox/dataverse/schema/schema.ts'
import { codesOf, openStage, policyOf, type Stage } from '../stage.ts'
import { ACCOUNT, OPEN_DEAL } from './cases.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.dataverse.reset())
afterAll(() => stage.close())

async function made(
  entity: string,
  changes: readonly AskedChange[],
): Promise<{ changes: readonly PlannedChange[]; row: Row; notes: readonly string[] }> {
  const plan = await stage.plan({ entity, changes })
  expect(plan.problems).toEqual([])
  const { body, entity: table } = await stage.request(plan)
  const {
    status,
    body: row,
    text,
  } = await stage.send('sales rep', 'POST', table.entitySet, { body, prefer: 'return=representation' })
  expect([status, status === 201 ? '' : text]).toEqual([201, ''])
  return { changes: plan.arguments.changes, row: row as Row, notes: plan.notes }
}

describe('what a new row comes to', () => {
  test('a contact of a company, by its name', async () => {
    const { changes, row } = await made('contact', [
      { column: 'First Name', to: 'Ada' },
      { column: 'lastname', to: 'King' },
      { column: 'Company Name', to: 'Ashcombe Joinery Ltd' },
      { column: 'birthdate', to: '1980-12-10' },
      { column: 'description', to: null },
    ])
    expect(row).toMatchObject({ fullname: 'Ada King', birthdate: '1980-12-10', _parentcustomerid_value: ACCOUNT })
    // No old value, and nothing for what is not given.
    expect(changes.map(({ column }) => column)).toEqual(['firstname', 'lastname', 'parentcustomerid', 'birthdate'])
    for (const change of changes) expect(change).not.toHaveProperty('from')
  })

  test('a deal in the currency of the person, or in the one that is asked for', async () => {
    const own = await made('opportunity', [
      { column: 'name', to: 'A deal' },
      { column: 'estimatedvalue', to: 1_000.5 },
    ])
    expect(own.changes).toMatchObject([{}, { label: 'Est. Revenue (GBP)', to: 1_000.5 }])
    expect(own.notes).toEqual([expect.stringContaining("person's own currency, GBP")])
    const other = await made('opportunity', [
      { column: 'name', to: 'A deal' },
      { column: 'estimatedvalue', to: 1_000.5 },
      { column: 'Currency', to: 'EUR' },
    ])
    expect(other.changes).toMatchObject([{}, { label: 'Est. Revenue (Euro)' }, { to: 'Euro' }])
    expect(other.row).toMatchObject({ estimatedvalue: 1_000.5 })
    expect(other.row['_transactioncurrencyid_value']).toBe(other.changes[2]?.id)
  })

  test('a task about a record, on the clock of the person', async () => {
    const { changes, row } = await made('task', [
      { column: 'subject', to: 'Call back' },
      { column: 'scheduledend', to: '2027-01-15T10:00' },
      { column: 'regardingobjectid', to: `opportunity/${OPEN_DEAL}` },
    ])
    expect(row).toMatchObject({ scheduledend: '2027-01-15T10:00:00Z', _regardingobjectid_value: OPEN_DEAL })
    expect(changes[2]).toMatchObject({ to: 'Ashcombe: oak decking for the terrace', entity: 'opportunity' })
  })
})

test('what forms want filled is listed at once, with types and choices', async () => {
  const plan = await stage.plan({ entity: 'contact', changes: [] })
  expect(plan.problems).toMatchObject([
    { code: 'required_missing', column: 'lastname', text: expect.stringContaining('a text of at most 50 characters') },
  ])
  const closed = await stage.plan(
    { entity: 'contact', changes: [{ column: 'firstname', to: 'Ada' }] },
    { policy: policyOf({ contact: { create: ['firstname'] } }) },
  )
  expect([closed.problems, closed.notes]).toEqual([[], [expect.stringContaining('Last Name')]])
})

test.each([
  ['without duplicate rules', 'task', [{ column: 'subject', to: 'x' }], 0],
  ['with duplicate rules that find nothing', 'contact', [{ column: 'lastname', to: 'Nobody' }], 1],
  [
    'and what they find is read as the person',
    'contact',
    [
      { column: 'lastname', to: 'x' },
      { column: 'emailaddress1', to: 'k.trelawney@ashcombejoineryltd.example' },
    ],
    2,
  ],
  [
    'with a lookup',
    'task',
    [
      { column: 'subject', to: 'x' },
      { column: 'regardingobjectid', to: 'Saltmarsh Hotels', entity: 'account' },
    ],
    1,
  ],
  ['with a problem, which is told before rules are asked', 'contact', [{ column: 'firstname', to: 'x' }], 0],
])('a new row %s', async (_how, entity, changes, requests) => {
  const { context, api } = await stage.call()
  const asked = { tool: 'create_record', entity, changes, acceptDuplicates: false } as const
  await createRecord.plan(asked, context)
  const before = api.requests()
  await createRecord.plan(asked, context)
  expect(api.requests() - before).toBe(requests)
})

test('where rules for duplicates cannot be asked, that is said, and nothing else', async () => {
  const { context } = await stage.call()
  const get: typeof context.dataverse.get = async (path, schema) =>
    await context.dataverse.get(path.replace('RetrieveDuplicates', 'RetrieveNothing'), schema)
  const asked = {
    tool: 'create_record',
    entity: 'contact',
    changes: [{ column: 'lastname', to: 'Trelawney' }],
    acceptDuplicates: false,
  } as const
  const plan = await createRecord.plan(asked, { ...context, dataverse: { ...context.dataverse, get } })
  expect([codesOf(plan), plan.notes]).toEqual([[], [expect.stringContaining('could not be checked')]])
})

test('every lookup of every table is bound by a property that Dataverse declares, and never by its value', async () => {
  const { context } = await stage.call('administrator' as never)
  const { memberOf } = await import('../../../../../shared/dataverse/change/values/wire-value.ts')
  const { targetsOf } = await import('../../../../../shared/dataverse/change/values/targets.ts')
  const { byName: entities } = await context.metadata.entities()
  const { text: csdl } = await stage.get('administrator', '$metadata')
  const clock = { now: 0, zone: 'UTC', today: '2026-01-01', fiscal: undefined }
  const id = OPEN_DEAL
  let bound = 0
  for (const name of ['account', 'contact', 'opportunity', 'task', 'incident', 'annotation', 'hp_project', 'lead']) {
    const entity = entities.get(name)
    if (!entity) throw new RangeError(name)
    const table = await context.metadata.table(entity)
    const [, type = ''] = new RegExp(`<EntityType Name="${name}"([\\s\\S]*?)</EntityType>`).exec(csdl) ?? []
    for (const column of table.byName.values())
      for (const target of ['Lookup', 'Customer'].includes(column.type) ? targetsOf(table, column) : [])
        for (const to of ['x', null]) {
          const member = memberOf(
            column,
            { to, ...(to !== null && { id }), entity: target },
            { table, rules: undefined, clock, entities },
          )
          const [property = '', value] = member ?? []
          const way = property.replace(/@odata\.bind$/, '')
          expect([column.name, type.includes(`<NavigationProperty Name="${way}"`)]).toEqual([column.name, true])
          expect(value).toBe(to === null ? null : `/${entities.get(target)?.entitySet}(${id})`)
          bound += 1
        }
  }
  expect(bound).toBeGreaterThan(50)
  expect(ENTITIES.size).toBeGreaterThan(8)
})
