import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import type { Query } from '../../../../../shared/dataverse/query/model/query.ts'
import { readOptions, type QueryOptions } from '../../../../../shared/dataverse/query/from-odata/read-options.ts'

function readQuery(options: QueryOptions): { query: Query; said: string[] } {
  const said: string[] = []
  return { query: readOptions('opportunity', options, (sentence) => void said.push(sentence)), said }
}

function refusalOf(options: QueryOptions): string[] {
  try {
    readQuery(options)
  } catch (error) {
    if (error instanceof QueryError) return [error.code, error.nextStep]
    throw error
  }
  throw new Error('it was read')
}

test('nothing asked for is every row, and choices go by value', () => {
  expect(readQuery({ filter: ' ', orderby: '', select: [] })).toEqual({
    query: {
      entity: { name: 'opportunity', attributes: [], allAttributes: false, orders: [], filters: [], links: [] },
      expansions: [],
      aggregate: false,
      distinct: false,
      returnTotal: false,
      rawOrder: true,
      lateMaterialize: false,
    },
    said: [],
  })
})

test('a whole query', () => {
  const { query, said } = readQuery({
    select: ['name', 'ownerid'],
    filter: "statuscode = 'Won'",
    orderby: '-ownerid',
    expand: [
      { lookup: 'parentaccountid', select: ['name, telephone1'] },
      { lookup: '$expand=tasks', select: [] },
    ],
  })
  const plain = (name: string) => ({ name, groupBy: false, distinct: false, userTimeZone: true, countChildren: false })
  expect(query.entity).toEqual({
    name: 'opportunity',
    attributes: [plain('name'), plain('ownerid')],
    allAttributes: false,
    orders: [{ attribute: 'ownerid', descending: true }],
    filters: [
      {
        type: 'and',
        union: false,
        conditions: [{ attribute: 'statuscode', operator: 'eq', values: ['Won'] }],
        filters: [],
        links: [],
      },
    ],
    links: [],
  })
  expect(query.expansions).toEqual([
    { way: 'parentaccountid', attributes: [plain('name'), plain('telephone1')] },
    { way: 'tasks', attributes: [] },
  ])
  expect(said).toEqual([])
})

describe('select', () => {
  test.each<[string[], string[]]>([
    [
      ['name', 'NAME'],
      ['name', 'NAME'],
    ],
    [['name, estimatedvalue,,'], ['name', 'estimatedvalue']],
    [['$select=name,\n ownerid'], ['name', 'ownerid']],
    [
      ['Est. Revenue', "'Est. Close Date'"],
      ['Est. Revenue', 'Est. Close Date'],
    ],
    [['"City, State", name'], ['City, State', 'name']],
    [["Owner's name, name's owner"], ["Owner's name", "name's owner"]],
    [['statuscode@OData.Community.Display.V1.FormattedValue'], ['statuscode']],
    [['@odata.etag', '_ownerid_value@x'], ['_ownerid_value']],
    [["'me@home'"], ['me@home']],
    [["name&$filter=name eq 'x'"], ["name&$filter=name eq 'x'"]],
  ])('%j', (select, names) => {
    const { query, said } = readQuery({ select })
    expect(query.entity.attributes.map(({ name }) => name)).toEqual(names)
    expect(said).toEqual([])
  })
})

describe('orderby', () => {
  test.each<[string, string[]]>([
    [' ', []],
    ['estimatedvalue desc, Name ASC', ['estimatedvalue desc', 'Name']],
    ['$orderby=estimatedvalue   DESCENDING', ['estimatedvalue desc']],
    ['order by name', ['name']],
    ['+name', ['name']],
    ['\'Est. Revenue\' desc, "a, b" ascending,`c`', ['Est. Revenue desc', 'a, b', 'c']],
    ['desc', ['desc']],
    ['tolower(name)', ['tolower(name)']],
  ])('%s', (orderby, orders) => {
    const { query } = readQuery({ orderby })
    const found = query.entity.orders.map(({ attribute = '', descending }) => attribute + (descending ? ' desc' : ''))
    expect(found).toEqual(orders)
  })
})

test.each<[QueryOptions, string, string]>([
  [{ select: ['*'] }, 'invalid_select', 'name the columns'],
  [{ select: ['parentaccountid/name'] }, 'invalid_select', 'expand: [{"lookup":"parentaccountid","select":["name"]}]'],
  [{ orderby: 'parentaccountid/name' }, 'invalid_orderby', '"parentaccountid"'],
  [{ orderby: 'name desc nulls last' }, 'invalid_orderby', 'each with asc or desc'],
  [{ orderby: 'a(b(c))' }, 'invalid_orderby', 'each with asc or desc'],
  [{ orderby: 'days(createdon, modifiedon) desc' }, 'invalid_orderby', 'use analyze'],
  [{ orderby: '-' }, 'invalid_orderby', 'each with asc or desc'],
  [{ orderby: Array.from({ length: 11 }, () => 'name').join(',') }, 'invalid_orderby', 'fewer'],
  [{ expand: [{ lookup: 'primarycontactid($select=fullname)', select: [] }] }, 'invalid_expand', 'in select'],
  [{ expand: [{ lookup: 'primarycontactid/createdby', select: [] }] }, 'invalid_expand', 'one lookup or collection'],
  [{ expand: [{ lookup: 'primarycontactid', select: ['a/b'] }] }, 'invalid_select', '"lookup":"a"'],
  [{ filter: 'name eq' }, 'invalid_filter', 'Complete the condition'],
])('%j is refused', (options, code, advice) => {
  expect(refusalOf(options)).toEqual([code, expect.stringContaining(advice)])
})
