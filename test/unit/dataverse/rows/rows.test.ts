import { describe, expect, test } from '@jest/globals'
import { compactRow } from '../../../../shared/dataverse/rows/rows.ts'
import { ID } from '../support/fixtures.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const shown = (key: string, value: unknown, label: string): Record<string, unknown> => ({
  [key + FORMATTED]: label,
  [key]: value,
})

describe('compactRow', () => {
  test.each([
    ['a null', { a: null }, {}],
    ['an annotation', { '@odata.etag': 'W/"1"', 'a@odata.type': 'x' }, {}],
    ['a choice', shown('a', 0, 'Qualify'), { a: { value: 0, label: 'Qualify' } }],
    ['a choice with a number in its label', shown('a', 100_000, '2026'), { a: { value: 100_000, label: '2026' } }],
    ['a yes', shown('a', true, 'Yes'), { a: { value: true, label: 'Yes' } }],
    ['an amount', shown('a', 1_200, '£1,200.00'), { a: { value: 1_200, label: '£1,200.00' } }],
    ['a number', shown('a', 1_200, '1,200'), { a: 1_200 }],
    ['a choice with a range for a label', shown('a', 1, '1-10'), { a: { value: 1, label: '1-10' } }],
    ['a negative number', shown('a', -5.5, '-5.50'), { a: -5.5 }],
    ['a date', shown('a', '2026-10-24T09:00:00Z', '24/10/2026 10:00'), { a: '2026-10-24T09:00:00Z' }],
    ['several choices', shown('a', '2,4', 'Hiking; Fishing'), { a: { value: '2,4', label: 'Hiking; Fishing' } }],
    ['a table name', shown('a', 'phonecall', 'Phone Call'), { a: { value: 'phonecall', label: 'Phone Call' } }],
    ['a zero and an empty text', { a: 0, b: '', c: false }, { a: 0, b: '', c: false }],
    ['a column of a linked entity', { 'c.fullname': 'x' }, { 'c.fullname': 'x' }],
  ])('%s', (_what, row, compact) => expect(compactRow(row)).toEqual(compact))

  test('a lookup stands under its logical name', () => {
    const row = {
      ...shown('_ownerid_value', ID, 'Priya'),
      '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
    }
    expect(compactRow(row)).toEqual({ ownerid: { id: ID, label: 'Priya', entity: 'systemuser' } })
  })

  test('an expanded lookup joins its reference; expanded lists are compact too', () => {
    const row = {
      ...shown('_primarycontactid_value', ID, 'Ana'),
      primarycontactid: { fullname: 'Ana', jobtitle: null },
      tasks: [{ '@odata.etag': 'x', subject: 'Call' }],
    }
    expect(compactRow(row)).toEqual({
      primarycontactid: { id: ID, label: 'Ana', row: { fullname: 'Ana' } },
      tasks: [{ subject: 'Call' }],
    })
  })
})
