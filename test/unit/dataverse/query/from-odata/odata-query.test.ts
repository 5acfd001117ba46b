import { describe, expect, test } from '@jest/globals'
import type { QueryError } from '../../../../../shared/dataverse/errors.ts'
import { resolveExpand, type ExpandItem } from '../../../../../shared/dataverse/query/from-odata/expand.ts'
import { resolveOrderby } from '../../../../../shared/dataverse/query/from-odata/orderby.ts'
import { buildOdataQuery } from '../../../../../shared/dataverse/odata/query.ts'
import { resolveSelect } from '../../../../../shared/dataverse/query/from-odata/select.ts'
import { ACCOUNT, METADATA, OPPORTUNITY, refusal, TABLES } from '../../support/tables.ts'

describe('select', () => {
  test.each<[string[], string, string]>([
    [['name', 'NAME', 'estimatedvalue'], 'name,estimatedvalue', ''],
    [['name, estimatedvalue,'], 'name,estimatedvalue', ''],
    [['$select=name'], 'name', ''],
    [['ownerid'], '_ownerid_value', 'ownerid was sent as _ownerid_value.'],
    [['_ownerid_value'], '_ownerid_value', ''],
    [['customerid_account'], '_customerid_value', '"customerid_account" was read as _customerid_value.'],
    [['customeridname'], '_customerid_value', '"customeridname" was read as _customerid_value.'],
    [
      ['Est. Revenue', "'Est. Close Date'"],
      'estimatedvalue,estimatedclosedate',
      '"Est. Revenue" was read as estimatedvalue.',
    ],
    [['statuscode@OData.Community.Display.V1.FormattedValue'], 'statuscode', ''],
  ])('%j', (names, properties, said) => {
    const resolved = resolveSelect(OPPORTUNITY, names)
    expect(resolved.properties.join(',')).toBe(properties)
    expect(resolved.columns.map(({ property }) => property)).toEqual(resolved.properties)
    expect(resolved.interpreted.join('\n')).toContain(said)
    expect(resolved.interpreted.length > 0).toBe(said !== '')
  })

  test.each([
    ['closedate', 'unknown_column', 'estimatedclosedate'],
    ['traversedpath', 'unreadable_column', 'Leave it out'],
    ['*', 'invalid_select', 'name the columns'],
    ['parentaccountid/name', 'invalid_select', 'expand: [{"lookup":"parentaccountid","select":["name"]}]'],
    ["name&$filter=name eq 'x'", 'unknown_column', 'name'],
  ])('%s is refused', async (name, code, advice) => {
    const error = await refusal(async () => resolveSelect(OPPORTUNITY, [name]))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(advice)])
  })
})

describe('orderby', () => {
  test.each([
    [undefined, undefined, ''],
    [' ', undefined, ''],
    ['name', 'name', ''],
    ['estimatedvalue desc, Name ASC', 'estimatedvalue desc,name', ''],
    ['$orderby=estimatedvalue DESCENDING', 'estimatedvalue desc', ''],
    ['order by name', 'name', ''],
    ['-estimatedvalue,+name', 'estimatedvalue desc,name', 'was read as estimatedvalue desc.'],
    ['Est. Revenue desc', 'estimatedvalue desc', '"Est. Revenue" was read as estimatedvalue.'],
    ["'Est. Revenue' desc, ownerid", 'estimatedvalue desc,_ownerid_value', 'ownerid was sent as _ownerid_value.'],
    ['name desc, name', 'name desc', ''],
  ])('%s', (text, orderby, said) => {
    const resolved = resolveOrderby(OPPORTUNITY, text)
    expect(resolved.orderby).toBe(orderby)
    expect(resolved.interpreted.join('\n')).toContain(said)
    expect(resolved.interpreted.length > 0).toBe(said !== '')
  })

  test.each([
    ['amount desc', 'unknown_column', 'estimatedvalue'],
    ['parentaccountid/name', 'invalid_orderby', '"parentaccountid"'],
    ['name desc nulls last', 'invalid_orderby', 'each with asc or desc'],
    ['tolower(name)', 'unknown_column', 'name'],
    ['desc', 'unknown_column', ''],
    ['-', 'invalid_orderby', 'estimatedclosedate asc'],
    [Array.from({ length: 11 }, () => 'name').join(','), 'invalid_orderby', 'fewer'],
    ['name&$top=1', 'unknown_column', ''],
  ])('%s is refused', async (text, code, advice) => {
    const error = await refusal(async () => resolveOrderby(OPPORTUNITY, text))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(advice)])
  })
})

describe('expand', () => {
  const item = (lookup: string, ...select: string[]): ExpandItem => ({ lookup, select })

  test.each<[string, ExpandItem[], string, string]>([
    ['opportunity', [item('parentaccountid', 'name')], 'parentaccountid($select=name)', ''],
    ['opportunity', [item('ParentAccountId')], 'parentaccountid($select=name)', 'was expanded as parentaccountid.'],
    ['opportunity', [item('ownerid', 'fullname')], 'owninguser($select=fullname)', 'Rows that a team owns'],
    ['opportunity', [item('Owner')], 'owninguser($select=fullname)', 'was expanded as owninguser.'],
    ['opportunity', [item('ownerid', 'name')], 'owningteam($select=name)', 'was expanded as owningteam.'],
    [
      'opportunity',
      [item('customerid_ACCOUNT', 'Account Name')],
      'customerid_account($select=name)',
      'was read as name.',
    ],
    [
      'opportunity',
      [item('customerid')],
      'customerid_contact($select=fullname),customerid_account($select=name)',
      'customerid_contact, customerid_account',
    ],
    [
      'opportunity',
      [item('customerid', 'emailaddress1', 'revenue')],
      'customerid_contact($select=emailaddress1),customerid_account($select=emailaddress1,revenue)',
      'as customerid_contact',
    ],
    ['opportunity', [item('team')], 'owningteam($select=name)', 'was expanded as owningteam.'],
    [
      'opportunity',
      [item('tasks', 'subject')],
      'Opportunity_Tasks($select=subject;$top=25)',
      'was expanded as Opportunity_Tasks.',
    ],
    [
      'opportunity',
      [item('competitor')],
      'opportunitycompetitors_association($select=name;$top=25)',
      'was expanded as',
    ],
    [
      'opportunity',
      [item('parentaccountid', 'name'), item('parentaccountid', 'ownerid')],
      'parentaccountid($select=name,_ownerid_value)',
      '_ownerid_value',
    ],
    [
      'account',
      [item('primarycontactid'), item('Account_Tasks', 'subject')],
      'primarycontactid($select=fullname),Account_Tasks($select=subject;$top=25)',
      '',
    ],
    [
      'account',
      [item('Contacts', 'fullname')],
      'contact_customer_accounts($select=fullname;$top=25)',
      'was expanded as',
    ],
  ])('%s %j', async (entity, items, written, said) => {
    const table = TABLES.find((one) => one.entity.name === entity)!
    const resolved = await resolveExpand(table, items, METADATA)
    expect(resolved.expand).toBe(written)
    expect(resolved.interpreted.join('\n')).toContain(said)
    expect(resolved.interpreted.length > 0).toBe(said !== '')
  })

  const failure = (items: ExpandItem[]): Promise<QueryError> => refusal(() => resolveExpand(ACCOUNT, items, METADATA))

  test.each<[ExpandItem[], string, string]>([
    [[item('opportunity')], 'ambiguous_collection', 'opportunity_customer_accounts (by customerid)'],
    [[item('primarycontct')], 'unknown_expand', 'primarycontactid'],
    [[item('name')], 'unknown_expand', 'Use the column alone: name.'],
    [[item('primarycontactid', 'salary')], 'unknown_column', 'get_entity_metadata for contact'],
    [[item('primarycontactid($select=fullname)')], 'invalid_expand', 'in select'],
    [[item('primarycontactid/createdby')], 'invalid_expand', 'one lookup or collection'],
  ])('%j is refused', async (items, code, advice) => {
    const error = await failure(items)
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(advice)])
  })

  test('many to many stands alone, and a lookup with very many targets is to be named', async () => {
    const both = [item('competitor'), item('parentaccountid')]
    expect((await refusal(() => resolveExpand(OPPORTUNITY, both, METADATA))).code).toBe('invalid_expand')
    const task = TABLES.find(({ entity }) => entity.name === 'task')!
    const error = await refusal(() => resolveExpand(task, [item('regardingobjectid')], METADATA))
    expect([error.code, error.nextStep]).toEqual([
      'ambiguous_expand',
      expect.stringContaining('regardingobjectid_account_task'),
    ])
  })
})

test('a whole query: encoded, with what was read differently said once', async () => {
  const query = {
    select: ['name', 'ownerid'],
    filter: "statuscode eq 'Won' and contains(name,'R&D 100%')",
    orderby: 'ownerid desc',
    expand: [{ lookup: 'parentaccountid', select: ['name'] }],
    count: true,
  }
  const built = await buildOdataQuery({ table: OPPORTUNITY, ...query }, METADATA)
  expect(built.path).toBe(
    'opportunities?$select=name%2C_ownerid_value&$filter=statuscode%20eq%203%20and%20contains(name%2C%27R%26D%20100%25%27)' +
      '&$orderby=_ownerid_value%20desc&$expand=parentaccountid(%24select%3Dname)&$count=true',
  )
  expect(built.columns.map(({ name }) => name)).toEqual(['name', 'ownerid'])
  expect(built.expansions).toMatchObject([
    { navigation: 'parentaccountid', kind: 'many-to-one', lookup: 'parentaccountid' },
  ])
  expect(built.interpreted).toEqual([
    'ownerid was sent as _ownerid_value.',
    `"statuscode eq 'Won'" was read as statuscode eq 3.`,
  ])
})

test('what is said stays short, however much was read differently', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `'name ${index}'`).join(',')
  const list = await buildOdataQuery({ table: OPPORTUNITY, filter: `customerid in (${names})` }, METADATA)
  expect(list.interpreted).toContain('The other values of the list were read alike.')
  const long = await buildOdataQuery({ table: OPPORTUNITY, filter: `customerid eq '${'x'.repeat(7_000)}'` }, METADATA)
  expect([...list.interpreted, ...long.interpreted].join('').length).toBeLessThan(2_500)
})

test('a query of nothing is the entity set', async () => {
  expect(await buildOdataQuery({ table: ACCOUNT, filter: '  ' }, METADATA)).toEqual({
    path: 'accounts',
    columns: [],
    expansions: [],
    interpreted: [],
  })
})
