import { expect, test } from '@jest/globals'

import { isNeverColumn, isNeverTable, NAMED_ONLY } from '../../../../shared/config/writes/never.ts'
import { writePolicy } from '../../../../shared/config/writes/policy.ts'

const messageOf = (policy: object): string | undefined =>
  writePolicy.safeParse(JSON.stringify(policy)).error?.issues[0]?.message

/** Every entry of the list, and of each kind of entry one that Dataverse has. */
const TABLES =
  'asyncoperation audit businessunit connection connectionreference customapi customapirequestparameter email ' +
  'environmentvariabledefinition environmentvariablevalue fieldpermission fieldsecurityprofile mailbox organization ' +
  'pluginassembly plugintype plugintracelog principalobjectaccess privilege processsession processstage publisher queue role ' +
  'sdkmessage sdkmessageprocessingstep serviceendpoint solution solutioncomponent systemuser team webresource workflow'

test.each(TABLES.split(' '))('the table %s is never written, whatever a policy says of it', (table) => {
  expect(isNeverTable(table)).toBe(true)
  for (const opened of [{ create: true }, { update: ['name'] }])
    expect(messageOf({ tables: { [table.toUpperCase()]: opened } })).toBe(`opens ${table}, which is never written`)
})

const COLUMNS =
  'createdon createdonbehalfby createdby createdbyexternalparty modifiedon modifiedonbehalfby modifiedby overriddencreatedon ' +
  'estimatedvalue_base exchangerate documentbody importsequencenumber processid stageid traversedpath versionnumber _ownerid_value'

test.each(COLUMNS.split(' '))('the column %s is never written, whatever a policy says of it', (column) => {
  for (const kind of ['create', 'update'] as const) {
    expect(isNeverColumn(column, kind)).toBe(true)
    expect(messageOf({ tables: { account: { [kind]: ['name', column.toUpperCase()] } } })).toBe(
      `opens account.${column}, which is never written on ${kind}`,
    )
  }
})

test('the currency of a row that is there is never changed, and may be set in a new one', () => {
  expect(messageOf({ tables: { quote: { create: ['transactioncurrencyid'] } } })).toBeUndefined()
  expect(messageOf({ tables: { quote: { update: ['transactioncurrencyid'] } } })).toContain('never written on update')
})

test.each(['task', 'contact', 'emailaddress', 'teammembership2', 'rolex', 'queueitem', 'hp_email', 'my_workflow'])(
  'the list takes no table that only begins or ends like one: %s',
  (table) => expect(isNeverTable(table)).toBe(false),
)

test.each(['name', 'ownerid', 'statecode', 'hp_createdon', 'base', 'value', '_value', 'database'])(
  'nor a column: %s',
  (column) => expect(isNeverColumn(column, 'update')).toBe(false),
)

test('owner and state are opened by their names alone', () => {
  expect([...NAMED_ONLY].sort()).toEqual(['ownerid', 'statecode'])
  expect(messageOf({ tables: { task: { update: ['ownerid', 'statecode'] } } })).toBeUndefined()
})
