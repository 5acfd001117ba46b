import { describe, expect, test } from '@jest/globals'
import { isBaseTwin, orderColumns } from '../../../../shared/dataverse/metadata/column-order.ts'
import {
  columnMatches,
  describeColumn,
  orderRelationships,
} from '../../../../shared/mcp/tools/metadata/entity-description.ts'
import { column, entity, indexOf, table } from '../support/tables.ts'

const deal = entity('deal', { idColumn: 'dealid' })
const columns = [
  column('zeta'),
  column('hidden', 'String', { searchable: false }),
  column('amount', 'Money', { label: 'Amount' }),
  column('amount_base', 'Money'),
  column('statecode', 'State', {
    options: [
      { value: 0, label: 'Open' },
      { value: 1, label: 'Won' },
    ],
    required: true,
  }),
  column('statuscode', 'Status', {
    options: [
      { value: 1, label: 'New', state: 0 },
      { value: 3, label: 'Signed', state: 1 },
      { value: 4, label: 'Odd' },
    ],
  }),
  column('customerid', 'Customer', { required: true, label: 'Potential Customer' }),
  column('ownerid', 'Owner', { required: true }),
  column('owneridname', 'String', { describes: 'ownerid' }),
  column('owninguser', 'Lookup'),
  column('secret', 'String', { readable: false }),
  column('customeridtype', 'EntityName'),
  column('customeridyominame'),
  column('agreedname', 'Virtual'),
  column('versionnumber', 'BigInt'),
  column('createdon', 'DateTime', { label: 'Created On' }),
  column('closes', 'DateTime', { dateOnly: true, label: 'Est. Close' }),
  column('name', 'String', { label: 'Topic' }),
  column('dealid', 'Uniqueidentifier'),
  column('agreed', 'Boolean', {
    options: [
      { value: 0, label: 'No' },
      { value: 1, label: 'Yes' },
    ],
  }),
  column('review', 'Boolean', {
    options: [
      { value: 0, label: 'To do' },
      { value: 1, label: 'Done' },
    ],
  }),
]
const deals = table(deal, columns, {
  viewColumns: ['closes', 'amount'],
  navigations: [
    { name: 'customerid_account', column: 'customerid', target: 'account' },
    { name: 'customerid_contact', column: 'customerid', target: 'contact' },
    { name: 'ownerid', column: 'ownerid', target: 'owner' },
    { name: 'owninguser', column: 'owninguser', target: 'systemuser' },
  ],
  collections: [
    { name: 'deal_Logs', kind: 'one-to-many', target: 'log', column: 'dealid' },
    { name: 'deal_Gone', kind: 'one-to-many', target: 'gone', column: 'dealid' },
    { name: 'deal_Tasks', kind: 'one-to-many', target: 'task', column: 'regardingobjectid' },
  ],
})
const names = (listed: readonly { name: string }[]): string[] => listed.map(({ name }) => name)
const described = (name: string, longest = 600) => describeColumn(deals.byName.get(name)!, deals, longest)

describe('the order of columns', () => {
  test('what matters first, then what advanced find offers; what is not readable or only describes not at all', () => {
    const { main, rest, technical } = orderColumns(deals)
    expect(names(main)).toEqual(
      'dealid name statecode statuscode ownerid customerid closes amount createdon'.split(' '),
    )
    expect(names(rest)).toEqual(['amount_base', 'zeta', 'agreed', 'review', 'hidden'])
    expect(names(technical)).toEqual(['owninguser', 'versionnumber'])
  })

  test('an amount in the base currency is known for one', () => {
    expect(names(columns.filter((one) => isBaseTwin(one, deals)))).toEqual(['amount_base'])
  })

  test('relationships to main tables come first, those to tables that cannot be queried not at all', () => {
    const index = indexOf(entity('log'), entity('task', { kind: 'activity' }), deal)
    const { main, rest } = orderRelationships(deals, index)
    expect([names(main), names(rest)]).toEqual([['deal_Tasks'], ['deal_Logs']])
  })
})

describe('a column', () => {
  test.each([
    ['amount', { name: 'amount', type: 'Money' }],
    ['createdon', { name: 'createdon', type: 'DateTime' }],
    ['closes', { name: 'closes', type: 'Date', label: 'Est. Close' }],
    ['statecode', { name: 'statecode', type: 'State', required: true, choices: '0 Open, 1 Won' }],
    ['statuscode', { name: 'statuscode', type: 'Status', choices: 'Open: 1 New; Won: 3 Signed; state ?: 4 Odd' }],
    ['agreed', { name: 'agreed', type: 'Boolean', choices: 'false No, true Yes' }],
    ['review', { name: 'review', type: 'Boolean', choices: 'false To do, true Done' }],
    ['ownerid', { name: 'ownerid', type: 'Owner', required: true, leadsTo: 'systemuser via owninguser' }],
    ['owninguser', { name: 'owninguser', type: 'Lookup', leadsTo: 'systemuser' }],
  ])('%s', (name, expected) => {
    expect(described(name)).toEqual(expected)
  })

  test('a lookup says where it leads and by which name', () => {
    expect(described('customerid').leadsTo).toBe('account via customerid_account, contact via customerid_contact')
  })

  test('many choices are cut, and a label of a stranger stays in its line', () => {
    expect(described('statuscode', 20).choices).toBe('Open: 1 New; Won: 3…')
    const odd = column('odd', 'String', { label: 'A\n\u202eB' })
    expect(describeColumn(odd, deals, 600).label).toBe('A B')
  })

  test.each([
    [['est', 'close'], 'closes', true],
    [['signed'], 'statuscode', true],
    [['account'], 'customerid', true],
    [['customerid_contact'], 'customerid', true],
    [['account', 'topic'], 'customerid', false],
  ])('the words %j match %s: %s', (words, name, matches) => {
    expect(columnMatches(deals.byName.get(name)!, deals, words)).toBe(matches)
  })
})
