import { describe, expect, test } from '@jest/globals'
import { buildOdataQuery } from '../../../../../shared/dataverse/odata/query.ts'
import { METADATA, refusal, TABLES } from '../../support/tables.ts'

async function build(filter: string, entity = 'opportunity'): Promise<string> {
  const table = TABLES.find((one) => one.entity.name === entity)!
  return (await buildOdataQuery({ table, filter }, METADATA)).path
}

describe('a filter that is refused says what works instead', () => {
  /** The wrong filter, the code, what the next step holds, and the filter that it advises. */
  const MISTAKES: readonly (readonly [wrong: string, code: string, advice: string, corrected: string])[] = [
    ['closedate eq null', 'unknown_column', 'estimatedclosedate', 'estimatedclosedate eq null'],
    ['amount gt 5', 'unknown_column', 'estimatedvalue', 'estimatedvalue gt 5'],
    ['stage eq 0', 'unknown_column', 'salesstage', 'salesstage eq 0'],
    ['estimatdvalue gt 5', 'unknown_column', 'estimatedvalue', 'estimatedvalue gt 5'],
    ["title eq 'x'", 'unknown_column', 'Did you mean: name?', "name eq 'x'"],
    ["statuscode eq 'Wun'", 'unknown_option', 'Did you mean: Won?', "statuscode eq 'Won'"],
    ["statecode eq 'On Hold'", 'unknown_option', "statuscode eq 'On Hold'", "statuscode eq 'On Hold'"],
    ['statuscode eq 99', 'unknown_option', '3 Won', 'statuscode eq 3'],
    ["contains(salesstage,'zzz')", 'unknown_option', '3 Close', "contains(salesstage,'Close')"],
    ["customerid/name eq 'x'", 'ambiguous_path', 'customerid_account (to account)', "customerid_account/name eq 'x'"],
    ['ownerid/businessunitid eq null', 'ambiguous_path', 'owninguser', 'owninguser/businessunitid eq null'],
    ["parentacountid/name eq 'x'", 'unknown_path', 'parentaccountid', "parentaccountid/name eq 'x'"],
    ["name/x eq 'x'", 'unknown_path', 'Use the column alone: name.', "name eq 'x'"],
    [
      "Opportunity_Tasks/subject eq 'x'",
      'unknown_path',
      'Opportunity_Tasks/any(o:o/createdon ge 2026-01-01)',
      'Opportunity_Tasks/any(o:o/createdon ge 2026-01-01)',
    ],
    ["name eq 'O'Brien'", 'invalid_filter', "'O''Brien'", "name eq 'O''Brien'"],
    [
      "name eq 'O'Brien' or name eq 'O'Dowd'",
      'invalid_filter',
      "'O''Brien'",
      "name eq 'O''Brien' or name eq 'O''Dowd'",
    ],
    ["name eq 'x", 'invalid_filter', 'Close the quotes', "name eq 'x'"],
    ['name eq Contoso', 'invalid_filter', "name eq 'Contoso'", "name eq 'Contoso'"],
    ['name eq ‘x’', 'invalid_filter', 'straight single quotes', "name eq 'x'"],
    [
      'year(createdon) eq 2026',
      'invalid_filter',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
    ],
    ['createdon gt now()', 'invalid_filter', 'createdon eq today', 'createdon eq today'],
    [
      'createdon eq 2026',
      'invalid_value',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
      'createdon ge 2026-01-01 and createdon lt 2027-01-01',
    ],
    [
      "createdon eq '2026-12'",
      'invalid_value',
      'createdon ge 2026-12-01 and createdon lt 2027-01-01',
      'createdon ge 2026-12-01 and createdon lt 2027-01-01',
    ],
    ["createdon ge '31/01/2026'", 'invalid_value', 'createdon ge 2026-01-31', 'createdon ge 2026-01-31'],
    [
      "createdon ge '01/02/2026'",
      'invalid_value',
      'createdon ge 2026-02-01 or createdon ge 2026-01-02',
      'createdon ge 2026-02-01',
    ],
    ['createdon ge 31/01/2026', 'invalid_filter', 'createdon ge 2026-01-31', 'createdon ge 2026-01-31'],
    ['createdon ge 2026-02-30', 'invalid_filter', '2026-01-31', 'createdon ge 2026-01-31'],
    ['createdon ge 2024-02-28T23:59:61Z', 'invalid_filter', '2026-01-31', 'createdon ge 2026-01-31'],
    ['createdon ne this-month', 'invalid_value', 'createdon eq this-month', 'createdon eq this-month'],
    ["createdon ge 'soon'", 'invalid_value', 'createdon ge 2026-01-31', 'createdon eq last-30-days'],
    [
      'Opportunity_Tasks/any(t:t/createdon eq today)',
      'beyond_reach',
      'operator today',
      'Opportunity_Tasks/any(t:t/createdon ge 2026-01-31)',
    ],
    [
      'parentaccountid/createdon eq last-30-days',
      'beyond_reach',
      'operator last-x-days',
      'parentaccountid/createdon ge 2026-01-31',
    ],
    [
      "not Microsoft.Dynamics.CRM.Today(PropertyName='createdon')",
      'invalid_filter',
      'createdon lt 2026-01-01',
      'createdon lt 2026-01-01 or createdon ge 2026-02-01',
    ],
    [
      "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon')",
      'invalid_filter',
      'PropertyValue=30',
      "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=30)",
    ],
    ['LastXDays(createdon,0)', 'invalid_value', 'PropertyValue=30', 'LastXDays(createdon,30)'],
    ['Today(name)', 'invalid_value', 'createdon', 'Today(createdon)'],
    ['EqualUserId(name)', 'invalid_value', 'ownerid', 'EqualUserId(ownerid)'],
    ["In(ownerid,['x'])", 'invalid_value', "ownerid eq 'x'", "ownerid eq 'x'"],
    ['estimatedvalue gt 50,000', 'invalid_filter', '50000', 'estimatedvalue gt 50000'],
    ['estimatedvalue gt 50m', 'invalid_filter', '50000000', 'estimatedvalue gt 50000000'],
    ['estimatedvalue gt £50000', 'invalid_filter', 'estimatedvalue gt 50000', 'estimatedvalue gt 50000'],
    ["estimatedvalue gt 'a lot'", 'invalid_value', 'estimatedvalue gt 50000', 'estimatedvalue gt 50000'],
    ["contains(estimatedvalue,'5')", 'invalid_value', 'estimatedvalue eq 5', 'estimatedvalue eq 5'],
    [
      "contains(createdon,'2026')",
      'invalid_value',
      'createdon ge 2026-01-01',
      'createdon ge 2026-01-01 and createdon lt 2026-02-01',
    ],
    ['estimatedvalue add 5 gt 10', 'invalid_filter', 'estimatedvalue gt', 'estimatedvalue gt 5'],
    ['estimatedvalue * 2 gt 10', 'invalid_filter', 'estimatedvalue gt', 'estimatedvalue gt 5'],
    ['statuscode has 1', 'invalid_filter', 'statuscode eq 1', 'statuscode eq 1'],
    ["cast(ownerid,'x') eq 1", 'invalid_filter', 'no cast is needed', "ownerid eq 'x'"],
    ["SELECT name FROM opportunity WHERE name = 'x'", 'invalid_filter', 'condition alone', "name = 'x'"],
    ["name eq 'x'&$top=5", 'invalid_filter', 'parameter of its own', "name eq 'x'"],
    ["name eq 'x' order by name", 'invalid_filter', 'parameters of their own', "name eq 'x'"],
    ["name%20eq%20'x'", 'invalid_filter', 'not percent-encoded', "name eq 'x'"],
    ["name eq 'x'; DROP TABLE", 'invalid_filter', 'nothing else', "name eq 'x'"],
    ["name eq @p1&@p1='x'", 'invalid_filter', 'Write the value itself', "name eq 'x'"],
    ["(name eq 'x'", 'invalid_filter', 'balance its brackets', "(name eq 'x')"],
    ["name eq 'x')", 'invalid_filter', 'column operator value', "name eq 'x'"],
    [
      "name like 'a%b'",
      'invalid_filter',
      "startswith(name,'a') and endswith(name,'b')",
      "startswith(name,'a') and endswith(name,'b')",
    ],
    ['name gt null', 'invalid_filter', 'name ne null', 'name ne null'],
    ['name', 'invalid_filter', 'name ne null', 'name ne null'],
    ['actualvalue lt createdon', 'invalid_value', 'same kind', 'actualvalue lt estimatedvalue'],
    ['contains(name,description)', 'invalid_filter', "contains(name,'description')", "contains(name,'description')"],
    [
      'Opportunity_Tasks/any(statecode eq 0)',
      'invalid_filter',
      'Opportunity_Tasks/any(o:o/statecode eq 0)',
      'Opportunity_Tasks/any(o:o/statecode eq 0)',
    ],
    ['Opportunity_Tasks/all()', 'invalid_filter', 'any()', 'Opportunity_Tasks/any()'],
    [
      "Microsoft.Dynamics.CRM.ThisMont(PropertyName='createdon')",
      'invalid_filter',
      'Microsoft.Dynamics.CRM.ThisMonth',
      'Microsoft.Dynamics.CRM.ThisMonth(createdon)',
    ],
    ["statecode/label eq 'Open'", 'unknown_path', 'Use the column alone: statecode.', "statecode eq 'Open'"],
    ['estimatedvalue gt actualvalu', 'unknown_column', 'actualvalue', 'estimatedvalue gt actualvalue'],
    ['decisionmaker gt true', 'invalid_value', 'decisionmaker eq true', 'decisionmaker eq true'],
    ["decisionmaker eq 'perhaps'", 'unknown_option', '1 Yes', "decisionmaker eq 'Yes'"],
    [`ownerid gt 11111111-2222-4333-8444-555555555555`, 'invalid_value', 'eq or ne', "ownerid eq 'x'"],
    ['ownerid eq 5', 'invalid_value', "ownerid eq 'name'", "ownerid eq 'name'"],
    ["interests gt 'Sailing'", 'invalid_value', 'interests eq', "interests eq 'Sailing'"],
    ["On(createdon,'31.01.2026')", 'invalid_value', '2026-01-31', "On(createdon,'2026-01-31')"],
    ["ContainValues(statuscode,['1'])", 'invalid_value', 'several choices', "ContainValues(interests,['1'])"],
    ['createdon eq estimatedclosedate', 'invalid_value', 'same kind', 'createdon eq modifiedon'],
    ['createdon gt next-30-days', 'invalid_value', 'createdon eq next-30-days', 'createdon eq next-30-days'],
    ['createdon ne now', 'invalid_value', 'createdon eq today', 'createdon eq today'],
    ['name is 5', 'invalid_filter', 'eq or ne', 'name eq 5'],
    ['contains(name,5,6)', 'invalid_filter', 'balance its brackets', 'contains(name,5)'],
    ["contains(name,'x') eq 5", 'invalid_filter', 'the condition alone', "contains(name,'x')"],
    ["5 eq 'x'", 'invalid_filter', 'Compare a column', "name eq 'x'"],
    ["name between 'a' or 'b'", 'invalid_filter', 'column operator value', "name between 'a' and 'b'"],
    ["traversedpath eq 'x'", 'unreadable_column', 'Leave it out', "name eq 'x'"],
    ['statuscode in ()', 'invalid_filter', 'in (1, 2)', 'statuscode in (1, 2)'],
    ["name eq 'a\u0000b'", 'invalid_filter', 'Remove it', "name eq 'ab'"],
  ]

  test.each(MISTAKES)('%s', async (wrong, code, advice, corrected) => {
    const error = await refusal(() => build(wrong))
    expect(error.code).toBe(code)
    expect(error.nextStep).toContain(advice)
    expect(error.message).toMatch(/^\S[^]*\.$/)
    expect(await build(corrected)).toMatch(/^opportunities\?\$filter=/)
  })

  test.each([
    [
      'opportunities/any(o:o/statecode eq 1)',
      'account',
      'ambiguous_collection',
      'opportunity_parent_account (by parentaccountid)',
    ],
    ["regardingobjectid eq 'x'", 'task', 'ambiguous_path', 'regardingobjectid_account_task'],
    ['primarycontactid/opportunity_customer_contacts/any()', 'account', 'invalid_filter', 'fetchxml'],
    [
      "businessunitid eq 'Europe'",
      'systemuser',
      'invalid_value',
      'businessunitid eq 00000000-0000-0000-0000-000000000000',
    ],
    ["businessunitid/name eq 'Europe'", 'systemuser', 'unknown_path', 'get_entity_metadata'],
    ['regardingobjectid_lead_task eq null', 'task', 'unknown_entity', 'list_entities'],
    ['invoices/any()', 'account', 'unknown_collection', 'get_entity_metadata'],
    ['Acount_Tasks/any()', 'account', 'unknown_collection', 'Did you mean: Account_Tasks?'],
    [
      'primarycontactid/any(c:c/statecode eq 0)',
      'account',
      'unknown_collection',
      'primarycontactid/createdon ge 2026-01-01',
    ],
    [
      'opportunity_customer_accounts/any(o:o/customerid_contact/opportunity_customer_contacts/any())',
      'account',
      'invalid_filter',
      'fetchxml',
    ],
  ])('%s of %s', async (wrong, entity, code, advice) => {
    const error = await refusal(() => build(wrong, entity))
    expect([error.code, error.nextStep]).toEqual([code, expect.stringContaining(advice)])
  })
})

describe('nothing a model sends can overflow the stack', () => {
  test.each([
    ['(', ')'],
    ['not ', ''],
    ['Opportunity_Tasks/any(o:', ')'],
  ])('%s nested', async (open, close) => {
    const error = await refusal(() => build(`${open.repeat(300)}name eq 'x'${close.repeat(300)}`))
    expect(error.code).toBe('invalid_filter')
  })

  test.each([
    ['a number without end', `estimatedvalue eq ${'1'.repeat(4_000)}`],
    ['too long', `name eq '${'x'.repeat(8_000)}'`],
    ['a path without end', `${'parentaccountid/'.repeat(9)}name eq 'x'`],
    ['functions in functions', `${'trim('.repeat(1_590)}name`],
  ])('%s', async (_, filter) => expect((await refusal(() => build(filter))).code).toBe('invalid_filter'))

  test('as deep as is read', async () => {
    expect(await build(`${'('.repeat(40)}name eq 'x'${')'.repeat(40)}`)).toBe(
      'opportunities?$filter=name%20eq%20%27x%27',
    )
    expect(await build(Array.from({ length: 500 }, () => "name eq 'x'").join(' or '))).toContain('%20or%20')
  })
})
