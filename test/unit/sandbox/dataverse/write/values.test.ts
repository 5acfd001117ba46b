import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { isMultiChoice } from '../../../../sandbox/dataverse/schema/schema.ts'
import { entityNamed, isLookup } from '../../../../sandbox/dataverse/schema/schema.ts'
import { isValidFor } from '../../../../sandbox/dataverse/schema/writing.ts'
import { readValue } from '../../../../sandbox/dataverse/write/values.ts'
import type { Harness, Loose } from '../harness.ts'
import { REP, seeded, startHarness } from '../harness.ts'
import { created, refusal } from './support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const PAYLOAD = '0x80048d19'
const LENGTH = '0x80044331'
const WHOLE = '0x8004432f'
const NUMBER = '0x80044330'
const CHOICE = '0x8004431a'

describe('a value is refused', () => {
  test.each([
    ['accounts', 'name', 'x'.repeat(161), LENGTH, /'name' attribute of the 'account' entity .* length of '160'/],
    ['contacts', 'description', 'x'.repeat(2001), LENGTH, /'2000'/],
    ['annotations', 'notetext', 'x'.repeat(100_001), LENGTH, /'100000'/],
    ['accounts', 'name', 5, PAYLOAD, /Edm\.String/],
    ['opportunities', 'closeprobability', 101, WHOLE, /outside the valid range\(0 to 100\)/],
    ['opportunities', 'closeprobability', -1, WHOLE, /-1/],
    ['opportunities', 'closeprobability', 1.5, PAYLOAD, /Edm\.Int32/],
    ['opportunities', 'closeprobability', '50', PAYLOAD, /'50' to the expected type 'Edm\.Int32'/],
    ['opportunities', 'closeprobability', 2_147_483_649, PAYLOAD, /Edm\.Int32/],
    ['opportunities', 'discountpercentage', 100.5, NUMBER, /System\.Decimal/],
    [
      'opportunities',
      'budgetamount',
      -1,
      NUMBER,
      /opportunity\.budgetamount. The value -1 of type Microsoft\.Xrm\.Sdk\.Money/,
    ],
    ['opportunities', 'budgetamount', 1_000_000_000_001, NUMBER, /\(0 to 1000000000000\)/],
    ['opportunities', 'budgetamount', '5', PAYLOAD, /Edm\.Decimal/],
    ['accounts', 'address1_latitude', 91, NUMBER, /System\.Double/],
    [
      'accounts',
      'industrycode',
      999,
      CHOICE,
      /The value 999 of 'industrycode' on record of type 'account'.* Accepted Values: \d+,\d+/,
    ],
    ['accounts', 'industrycode', 'Accounting', PAYLOAD, /'Accounting' to the expected type 'Edm\.Int32'/],
    ['accounts', 'donotemail', 'true', PAYLOAD, /Edm\.Boolean/],
    ['accounts', 'donotemail', 1, PAYLOAD, /Edm\.Boolean/],
    ['hp_projects', 'hp_trades', 'Joiner', PAYLOAD, /Edm\.Int32/],
    ['hp_projects', 'hp_trades', 1, PAYLOAD, /Edm\.String/],
    ['hp_projects', 'hp_trades', '1,99', CHOICE, /The value 99/],
    ['hp_projects', 'hp_startdate', '2027-02-30', PAYLOAD, /Edm\.Date/],
    ['hp_projects', 'hp_startdate', '2027-01-15T00:00:00Z', PAYLOAD, /Edm\.Date/],
    ['hp_projects', 'hp_startdate', '15/01/2027', PAYLOAD, /Edm\.Date/],
    ['tasks', 'scheduledend', 'tomorrow', PAYLOAD, /Edm\.DateTimeOffset/],
    ['tasks', 'scheduledend', '2027-01-15', PAYLOAD, /Edm\.DateTimeOffset/],
    ['tasks', 'scheduledend', '1752-12-31T23:00:00Z', '0x80040239', /less than minumum value/],
    ['accounts', 'accountid', 'x', PAYLOAD, /Edm\.Guid/],
    ['accounts', 'entityimage', 'x', PAYLOAD, /Invalid property 'entityimage'/],
    [
      'accounts',
      'Name',
      'x',
      PAYLOAD,
      /Invalid property 'Name' was found in entity 'Microsoft\.Dynamics\.CRM\.account'/,
    ],
    ['accounts', 'owneridname', 'x', PAYLOAD, /Invalid property/],
    ['accounts', '@logicalName', 'account', PAYLOAD, /'logicalName' is an invalid instance annotation name/],
  ])('of %s: %s %p', async (set, name, value, code, message) => {
    const reply = await harness.send(REP, 'POST', set, { body: { [name]: value } })
    expect(refusal(reply)).toEqual([400, code])
    expect(reply.body.error.message).toMatch(message)
  })

  test('and the row stays as it was', async () => {
    const row = await created(harness, REP, 'contacts', { lastname: 'Quayle' })
    const path = `contacts(${String(row.contactid)})`
    const body = { lastname: 'Quill', jobtitle: 'x'.repeat(101) }
    expect(refusal(await harness.send(REP, 'PATCH', path, { body }))).toEqual([400, LENGTH])
    expect((await harness.get(REP, path)).body).toEqual(row)
  })
})

describe('a value is taken', () => {
  test.each([
    ['accounts', { name: 'x'.repeat(160) }, {}],
    ['accounts', { revenue: 54_999.994 }, { revenue: 54_999.99 }],
    ['accounts', { address1_latitude: 51.123_456_7 }, { address1_latitude: 51.123_46 }],
    ['accounts', { industrycode: null, revenue: null, donotemail: true }, {}],
    ['hp_projects', { hp_trades: '21,1' }, { hp_trades: '1,21' }],
    ['hp_projects', { hp_trades: '1,12,1' }, { hp_trades: '1,12' }],
    ['hp_projects', { hp_startdate: '2027-01-15' }, {}],
    ['tasks', { scheduledend: '2027-01-15T10:00:00Z' }, {}],
    ['tasks', { scheduledend: '2027-01-15T10:00' }, { scheduledend: '2027-01-15T10:00:00Z' }],
    ['tasks', { scheduledend: '2027-01-15T10:00:00.123+01:00' }, { scheduledend: '2027-01-15T09:00:00Z' }],
    [
      'accounts',
      { 'name@odata.type': '#Edm.String', '@odata.type': 'Microsoft.Dynamics.CRM.account', name: 'x' },
      { name: 'x' },
    ],
  ])('of %s: %p', async (set, body: Loose, kept: Loose) => {
    const row = await created(harness, REP, set, body)
    for (const [name, value] of Object.entries({ ...body, ...kept } as object))
      if (!name.includes('@')) expect([name, row[name]]).toEqual([name, value])
  })

  test('of a clock that knows no zone, without its zone', async () => {
    const column = {
      name: 'hp_gate',
      schemaName: 'hp_Gate',
      type: 'DateTime',
      label: 'Gate',
      behavior: 'TimeZoneIndependent',
    } as const
    harness.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column })
    const row = await created(harness, REP, 'hp_projects', { hp_gate: '2027-01-15T10:00:00+05:00' })
    expect(row.hp_gate).toBe('2027-01-15T10:00:00Z')
  })
})

describe('what may not be written is left out without a word', () => {
  const IGNORED = {
    createdon: '2001-01-01T00:00:00Z',
    exchangerate: 7,
    revenue_base: 7,
    versionnumber: 7,
    address1_composite: 'x',
    statecode: 1,
    merged: true,
  }
  test('of a new row', async () => {
    const row = await created(harness, REP, 'accounts', { name: 'x', revenue: 1, ...IGNORED })
    for (const [name, value] of Object.entries(IGNORED)) expect([name, row[name]]).not.toEqual([name, value])
  })

  test('of a change', async () => {
    const {
      statecode: _state,
      versionnumber: _version,
      ...body
    } = { ...IGNORED, name: 'y', overriddencreatedon: '2001-01-01T00:00:00Z' }
    const row = await created(harness, REP, 'accounts', { name: 'x', revenue: 1 })
    const path = `accounts(${String(row.accountid)})`
    expect((await harness.send(REP, 'PATCH', path, { body })).status).toBe(204)
    const after = (await harness.get(REP, path)).body
    expect(after.name).toBe('y')
    for (const name of Object.keys(body).filter((one) => one !== 'name'))
      expect([name, after[name]]).toEqual([name, row[name]])
  })

  test('of a column that is computed', async () => {
    const column = { name: 'hp_days', schemaName: 'hp_Days', type: 'Integer', label: 'Days', sourceType: 1 } as const
    harness.dataverse.publish({ kind: 'add-column', entity: 'hp_project', column })
    expect((await created(harness, REP, 'hp_projects', { hp_days: 4 })).hp_days).toBeNull()
  })
})

describe('a column that the system requires', () => {
  const cases = [
    ['POST', 'territories', {}, 'name'],
    ['POST', 'competitors', { name: null }, 'name'],
    ['POST', 'lists', {}, 'listname'],
  ] as const
  test.each(cases)('%s %s needs it', async (method, path, body, name) => {
    const reply = await harness.send('sales manager', method, path, { body })
    expect([...refusal(reply), reply.body.error.message]).toEqual([
      400,
      '0x80040203',
      `Attribute '${name}' cannot be NULL`,
    ])
  })

  test('is never emptied; one that only the application requires is', async () => {
    const row = await created(harness, REP, 'hp_projects', { hp_name: 'Quay' })
    const path = `hp_projects(${String(row.hp_projectid)})`
    const clear = (body: Loose) => harness.send(REP, 'PATCH', path, { body })
    expect(refusal(await clear({ ownerid: null }))).toEqual([400, '0x80040203'])
    expect((await clear({ hp_name: null })).status).toBe(204)
    expect((await harness.get(REP, path)).body.hp_name).toBeNull()
  })
})

describe('what the sandbox begins with could have been written', () => {
  const tables = [
    'account',
    'contact',
    'lead',
    'opportunity',
    'incident',
    'task',
    'phonecall',
    'appointment',
    'annotation',
  ]
  test.each(tables)('%s', (table) => {
    const entity = entityNamed(table)
    const columns = [...entity.columns.values()].filter((one) => isValidFor('update', one) && !isLookup(one))
    const rows = seeded(table)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows)
      for (const column of columns) {
        const value = row[column.name] ?? null
        const read = readValue(entity, column, value)
        if (!isMultiChoice(column)) expect([column.name, read]).toEqual([column.name, value])
      }
  })
})
