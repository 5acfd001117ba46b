import { describe, expect, test } from '@jest/globals'
import type { Table } from '../../../../../shared/dataverse/metadata/model.ts'
import { CONTACT, OPPORTUNITY, refusal, SYSTEMUSER, TABLES } from '../../support/tables.ts'
import { ask, ME, namedRows, read, type Row } from './asking.ts'

const TASK = TABLES.find(({ entity }) => entity.name === 'task')!
const id = (end: number): string => `11111111-2222-4333-8444-${String(end).padStart(12, '0')}`
const row = (entity: string, end: number, values: Row['values']): Row => ({ entity, id: id(end), values })

const ROWS: readonly Row[] = [
  row('systemuser', 1, { fullname: 'Alex Wilber', firstname: 'Alex', internalemailaddress: 'alexw@contoso.example' }),
  row('systemuser', 2, { fullname: 'Megan Bowen', firstname: 'Megan', internalemailaddress: 'meganb@contoso.example' }),
  row('systemuser', 3, { fullname: 'Megan Smith', firstname: 'Megan', internalemailaddress: 'megans@contoso.example' }),
  row('team', 4, { name: 'Sales North' }),
  row('account', 5, { name: 'Contoso' }),
  row('account', 6, { name: 'Contoso' }),
  row('account', 7, { name: 'Fabrikam, Inc.' }),
  row('contact', 8, { fullname: 'Fabrikam, Inc.', emailaddress1: 'f@fabrikam.example' }),
  row('contact', 9, { fullname: 'Yvonne McKay', emailaddress1: 'yvonne@fabrikam.example' }),
  row('opportunity', 10, { name: '100% renewal' }),
  row('incident', 11, { title: '1000 things to renew' }),
]
const rows = namedRows(ROWS)

describe('an id', () => {
  test.each([id(1).toUpperCase(), `{${id(1)}}`, `(${id(1)})`, `'${id(1)}'`, `guid'${id(1)}'`, ` "{${id(1)}}" `])(
    '%s',
    async (written) => {
      expect(await read('ownerid', 'eq', [written])).toBe(`eq ${id(1)}`)
      expect(await read('opportunityid', 'in', [written, id(2)])).toBe(`in ${id(1)} ${id(2)}`)
    },
  )
})

describe('the person who asks', () => {
  test.each([
    ['ownerid', ['me'], 'eq-userid'],
    ['ownerid', ['@Me'], 'eq-userid'],
    ['createdby', ['current-user'], 'eq-userid'],
    ['ownerid', ['{{user_id}}'], 'eq-userid'],
    ['ownerid', ['my teams'], 'eq-userteams'],
    ['ownerid', ['me-or-my-teams'], 'eq-useroruserteams'],
    ['ownerid', ['me', 'my-teams'], '(eq-userid or eq-userteams)'],
    ['ownerid', ['me', id(2)], `(eq ${id(2)} or eq-userid)`],
    ['ownerid', [id(2), 'my-teams'], `(eq ${id(2)} or eq-userteams)`],
    ['ownerid', ['null', 'me'], '(null or eq-userid)'],
  ])('%s %j', async (column, values, meaning) =>
    expect(await read(column, values.length > 1 ? 'in' : 'eq', values, { rows })).toBe(meaning),
  )

  test('by the id of a user, under a manager, and never where no user stands', async () => {
    expect(await read('systemuserid', 'eq', ['me'], { table: SYSTEMUSER })).toBe('eq-userid')
    expect(await read('systemuserid', 'eq-or-under', ['me'], { table: SYSTEMUSER })).toBe(`eq-or-under ${ME}`)
    expect(await read('ownerid', 'eq-userteams', [])).toBe('eq-userteams')
    expect((await refusal(() => read('parentaccountid', 'eq', ['me'], { rows }))).code).toBe('unknown_name')
  })
})

describe('a name', () => {
  test.each([
    ['ownerid', ['alex wilber'], `eq ${id(1)}`],
    ['ownerid', ['Sales North'], `eq ${id(4)}`],
    ['ownerid', ['meganb@contoso.example'], `eq ${id(2)}`],
    ['ownerid', ['Alex'], `eq ${id(1)}`],
    ['ownerid', ['Alex Wilber', id(2), 'Sales North'], `in ${id(1)} ${id(2)} ${id(4)}`],
    ['parentaccountid', ['Contoso'], `in ${id(5)} ${id(6)}`],
    ['customerid', ['Fabrikam, Inc.'], `in ${id(8)} ${id(7)}`],
    ['customerid', ['yvonne@fabrikam.example'], `eq ${id(9)}`],
  ])('%s %j', async (column, values, meaning) =>
    expect(await read(column, values.length > 1 ? 'in' : 'eq', values, { rows })).toBe(meaning),
  )

  test('of the row itself', async () =>
    expect(await read('contactid', 'eq', ['Yvonne McKay'], { table: CONTACT, rows })).toBe(`eq ${id(9)}`))

  test('says how many rows have it, and whom a part of it was read as', async () => {
    expect((await ask('parentaccountid', 'eq', ['Contoso'], { rows })).notes).toEqual([
      '2 rows are called "Contoso": parentaccountid may be any of them.',
    ])
    expect((await ask('ownerid', 'eq', ['Alex'], { rows })).notes).toEqual([
      '"Alex" was read as Alex Wilber (systemuser).',
    ])
  })

  test('of what may not be read is looked for in the rest, else compared behind the lookup', async () => {
    const half = namedRows(ROWS, ['contact'])
    expect(await read('customerid', 'eq', ['Fabrikam, Inc.'], { rows: half })).toBe(`eq ${id(7)}`)
    const none = namedRows(ROWS, ['contact', 'account'])
    expect(await read('customerid', 'eq', ['Fabrikam, Inc.'], { rows: none })).toBe('name eq Fabrikam, Inc.')
  })

  test.each([
    ['ownerid', 'Megan', 'ambiguous_name', `ownerid eq ${id(2)} (systemuser "Megan Bowen")`],
    ['ownerid', 'Wilber', 'unknown_name', `Did you mean: ownerid eq ${id(1)}`],
    ['ownerid', 'Alex Wilbur', 'unknown_name', `Did you mean: ownerid eq ${id(1)}`],
    ['ownerid', 'Elex Wilber', 'unknown_name', `Did you mean: ownerid eq ${id(1)}`],
    ['parentaccountid', 'Adatum Inc.', 'unknown_name', "contains(parentaccountid,'Adatum')"],
    ['ownerid', "O'Hara", 'unknown_name', "contains(ownerid,'O''Hara')"],
    ['parentaccountid', 'Northwind', 'unknown_name', "contains(parentaccountid,'Northwind')"],
  ])('%s %s is refused', async (column, name, code, step) => {
    const error = await refusal(() => read(column, 'eq', [name], { rows }))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(step)])
  })

  test('is refused in the notation of the asker', async () => {
    const { message, nextStep } = await refusal(() =>
      read('ownerid', 'eq', ['Ann "A" <x>'], { rows, notation: 'fetchxml' }),
    )
    expect(message).toBe('Nobody that you may see is called "Ann "A" <x>".')
    expect(nextStep).toContain('<condition attribute="ownerid" operator="contains" value="Ann"/>')
  })

  test('of more rows than a query takes is refused', async () => {
    const many = namedRows(Array.from({ length: 300 }, (_one, at) => row('account', at, { name: 'Ltd' })))
    expect((await refusal(() => read('parentaccountid', 'eq', ['Ltd'], { rows: many }))).code).toBe('too_many_names')
  })
})

describe('a part of a name', () => {
  test.each([
    ['contains', '100%', 'name like %100[%]%'],
    ['begins-with', 'Con', 'name like Con%'],
    ['like', '%a_', 'name like %a_'],
  ])('%s %s is compared behind the lookup', async (operator, text, meaning) =>
    expect(await read('customerid', operator, [text])).toBe(meaning),
  )

  test.each([
    ['contains', '00%', `eq ${id(10)}`],
    ['contains', 'renew', `in ${id(10)} ${id(11)}`],
    ['ends-with', 'renew', `eq ${id(11)}`],
    ['contains', 'nothing', 'eq 00000000-0000-0000-0000-000000000000'],
  ])('of many targets, %s %s, is read as ids', async (operator, text, meaning) =>
    expect(await read('regardingobjectid', operator, [text], { table: TASK, rows })).toBe(meaning),
  )

  test('of many targets and too many rows is refused', async () => {
    const many = namedRows(Array.from({ length: 300 }, (_one, at) => row('account', at, { name: `Shop ${at}` })))
    const asked = read('regardingobjectid', 'contains', ['Shop'], { table: TASK, rows: many })
    expect((await refusal(() => asked)).code).toBe('too_many_names')
  })
})

describe('other columns that refer', () => {
  test.each([
    ['Phone Call', 'eq phonecall'],
    ['4210', 'eq phonecall'],
    ['task', 'eq task'],
    ['Case', 'eq incident'],
    ['10042', 'eq 10042'],
  ])('an entity as %s', async (value, meaning) => {
    const calls: Table = { ...TASK, entity: { ...TASK.entity, name: 'phonecall', label: 'Phone Call' } }
    expect(await read('activitytypecode', 'eq', [value], { table: TASK, tables: [calls] })).toBe(meaning)
  })

  test('an entity that is none', async () =>
    expect((await refusal(() => read('activitytypecode', 'eq', ['Sneeze'], { table: TASK }))).code).toBe(
      'invalid_value',
    ))

  const party = { ...OPPORTUNITY.byName.get('parentaccountid')!, name: 'to', type: 'PartyList' }
  test.each([
    ['eq', ['Alex Wilber'], 'party eq Alex Wilber'],
    ['in', ['me', `{${id(5)}}`], `(party eq ${ME} or party eq ${id(5)})`],
    ['contains', ['@contoso'], 'party like %@contoso%'],
  ])('parties %s %j', async (operator, values, meaning) => expect(await read(party, operator, values)).toBe(meaning))
})
