import { describe, expect, test } from '@jest/globals'
import { nestLinks } from '../../../../shared/dataverse/rows/nest-links.ts'
import { compactRows, type ShownColumn } from '../../../../shared/dataverse/rows/rows.ts'
import { ID } from '../support/fixtures.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const shown = (key: string, value: unknown, label: string): Record<string, unknown> => ({
  [key + FORMATTED]: label,
  [key]: value,
})
const reference = (key: string, label: string, entity: string): Record<string, unknown> => ({
  ...shown(key, ID, label),
  [key + ENTITY]: entity,
})
const pounds = shown('_transactioncurrencyid_value', ID, 'Pound Sterling')
const ESTIMATED: ShownColumn = { key: 'estimatedvalue', amount: 'own' }

describe('nestLinks, and compactRows after it', () => {
  const customer = [{ kind: 'link', under: 'customerid', names: ['a', 'c'] }] as const
  test.each([
    [
      'a lookup joins its reference',
      { ...reference('_customerid_value', 'Ash', 'account'), 'a.name': 'Ash', 'a.accountid': ID },
      { customerid: { id: ID, label: 'Ash', entity: 'account', row: { name: 'Ash', accountid: ID } } },
    ],
    [
      'the other of two targets',
      { ...reference('_customerid_value', 'Ana', 'contact'), 'c.fullname': 'Ana' },
      { customerid: { id: ID, label: 'Ana', entity: 'contact', row: { fullname: 'Ana' } } },
    ],
    [
      'a lookup and a choice of the linked row',
      { name: 'x', ...reference('a.ownerid', 'Priya', 'systemuser'), ...shown('a.statecode', 0, 'Active') },
      {
        name: 'x',
        customerid: {
          row: {
            ownerid: { id: ID, label: 'Priya', entity: 'systemuser' },
            statecode: { value: 0, label: 'Active' },
          },
        },
      },
    ],
    ['nothing behind it', { name: 'x' }, { name: 'x' }],
    [
      'another link keeps its columns',
      { 'other.name': 'x', 'a.b.c': 1 },
      { 'other.name': 'x', customerid: { row: { 'b.c': 1 } } },
    ],
  ])('%s', (_what, row, compact) => {
    expect(compactRows(nestLinks([row], customer), []).rows).toEqual([compact])
  })

  test('rows without such links stay as they are', () => {
    const rows = [{ 'a.name': 'x' }]
    expect(nestLinks(rows, [{ kind: 'rows', under: 'a', names: [] }])).toEqual(rows)
  })
})

describe('amounts', () => {
  const row = {
    ...pounds,
    ...shown('estimatedvalue', 1_200, '£1,200.00'),
    ...shown('a.revenue', 5_000, '€5,000.00'),
    ...shown('a.revenue_base', 4_300, '£4,300.00'),
  }
  const linked: ShownColumn[] = [
    { key: 'a.revenue', amount: 'linked' },
    { key: 'a.revenue_base', amount: 'base' },
  ]

  test('of a linked row keep its own currency, whatever the main row’s is', () => {
    expect(compactRows([row], [ESTIMATED, ...linked])).toEqual({
      rows: [{ estimatedvalue: 1_200, 'a.revenue': { value: 5_000, label: '€5,000.00' }, 'a.revenue_base': 4_300 }],
      currency: 'Pound Sterling',
    })
  })

  test('of linked rows alone name no currency for all', () => {
    expect(compactRows([row], linked)).not.toHaveProperty('currency')
  })

  test('of a row behind an expanded lookup keep theirs, too', () => {
    const [nested] = nestLinks([row], [{ kind: 'link', under: 'parentaccountid', names: ['a'] }])
    const { rows } = compactRows([nested!], [ESTIMATED])
    expect(rows[0]?.parentaccountid).toMatchObject({ row: { revenue: { value: 5_000, label: '€5,000.00' } } })
  })
})
