import { describe, expect, test } from '@jest/globals'
import { parseFilter } from '../../../../../shared/dataverse/query/from-odata/parse-filter.ts'
import { resolveFilter } from '../../../../../shared/dataverse/odata/resolve-filter.ts'
import { writeFilter } from '../../../../../shared/dataverse/odata/write-filter.ts'
import { METADATA, TABLES } from '../../support/tables.ts'

const ID = '11111111-2222-4333-8444-555555555555'
const CRM = 'Microsoft.Dynamics.CRM.'

/** What is sent for a filter, and what is said of it. */
async function read(filter: string, entity = 'opportunity'): Promise<{ sent: string; said: string }> {
  const table = TABLES.find((one) => one.entity.name === entity)!
  const parsed = parseFilter(filter)
  const resolved = await resolveFilter(parsed.filter, table, METADATA)
  return { sent: writeFilter(resolved.filter), said: [...parsed.interpreted, ...resolved.interpreted].join('\n') }
}

describe('what Dataverse understands is sent as it was written', () => {
  test.each([
    'statecode eq 0',
    "name eq 'O''Brien & Sons'",
    'estimatedvalue gt 10000.5 and estimatedvalue le 2000000',
    "contains(name,'a') or startswith(name,'b') or endswith(name,'c')",
    "not contains(name,'a') and name ne null",
    'description eq null',
    'decisionmaker eq true',
    'estimatedclosedate ge 2026-01-31',
    'createdon ge 2026-01-31T10:00:00Z',
    `_ownerid_value eq ${ID}`,
    `parentaccountid/accountid eq ${ID}`,
    "parentaccountid/primarycontactid/createdby/fullname eq 'x'",
    'actualvalue lt estimatedvalue',
    'createdon ne modifiedon',
    'statecode eq statuscode',
    'estimatedclosedate le actualclosedate',
    'opportunityid eq _parentaccountid_value',
    'name eq description',
    '(statecode eq 0 or statecode eq 1) and closeprobability ge 50',
    'Opportunity_Tasks/any(t:t/statecode eq 0)',
    'not Opportunity_Tasks/all(t:t/statecode eq 1)',
    'Opportunity_Tasks/any()',
    `${CRM}ThisMonth(PropertyName='estimatedclosedate')`,
    `${CRM}LastXDays(PropertyName='createdon',PropertyValue=30)`,
    `${CRM}EqualUserOrUserTeams(PropertyName='ownerid')`,
    `${CRM}In(PropertyName='statuscode',PropertyValues=["1","2"])`,
    `${CRM}Between(PropertyName='estimatedvalue',PropertyValues=["1","2"])`,
    `${CRM}ContainValues(PropertyName='interests',PropertyValues=["1","2"])`,
    `${CRM}InFiscalPeriodAndYear(PropertyName='createdon',PropertyValue1=1,PropertyValue2=2026)`,
    `${CRM}Under(PropertyName='parentaccountid',PropertyValue='${ID}')`,
  ])('%s', async (filter) => expect(await read(filter)).toEqual({ sent: filter, said: '' }))
})

describe('names', () => {
  test.each([
    ['EstimatedValue gt 5', 'estimatedvalue gt 5', ''],
    [`ownerid eq ${ID}`, `_ownerid_value eq ${ID}`, 'ownerid was sent as _ownerid_value.'],
    [
      'ParentAccountId eq null',
      '_parentaccountid_value eq null',
      'parentaccountid was sent as _parentaccountid_value.',
    ],
    ["Topic eq 'x'", "name eq 'x'", '"Topic" was read as name.'],
    ["Owner/FullName eq 'x'", "owninguser/fullname eq 'x'", '"Owner/FullName" was read as owninguser/fullname.'],
    ["ownerid/name eq 'x'", "owningteam/name eq 'x'", '"ownerid/name" was read as owningteam/name.'],
    ["customerid_Account/Name eq 'x'", "customerid_account/name eq 'x'", ''],
    ["_parentaccountid_value/name eq 'x'", "parentaccountid/name eq 'x'", 'was read as parentaccountid/name.'],
    ["parentaccountid.name eq 'x'", "parentaccountid/name eq 'x'", 'was read as parentaccountid/name.'],
    ['customerid_account eq null', 'customerid_account/accountid eq null', 'customerid_account/accountid'],
    [`parentaccountid/ownerid eq ${ID}`, `parentaccountid/_ownerid_value eq ${ID}`, 'was sent as'],
    ['opportunity_tasks/any(t:t/StateCode eq 0)', 'Opportunity_Tasks/any(t:t/statecode eq 0)', 'as Opportunity_Tasks.'],
    [
      'tasks/any(t:statecode eq 0)',
      'Opportunity_Tasks/any(t:t/statecode eq 0)',
      '"statecode" was read as t/statecode.',
    ],
    [
      'Opportunity_Tasks/any(o:o/regardingobjectid_account_task/primarycontactid eq null)',
      'Opportunity_Tasks/any(o:o/regardingobjectid_account_task/_primarycontactid_value eq null)',
      '',
    ],
    ['not decisionmaker', 'decisionmaker ne true or decisionmaker eq null', 'Rows where decisionmaker is empty'],
  ])('%s', async (filter, sent, said) => {
    const result = await read(filter)
    expect(result.sent).toBe(sent)
    expect(result.said).toContain(said)
    expect(result.said === '').toBe(said === '')
  })
})

describe('lookups', () => {
  const either = "owninguser/fullname eq 'Priya Nair' or owningteam/name eq 'Priya Nair'"
  test.each([
    ["ownerid eq 'Priya Nair'", either, `"ownerid eq 'Priya Nair'" was read as ${either}.`],
    ["owneridname eq 'Priya Nair'", either, '"owneridname" was read as ownerid.'],
    ["parentaccountid eq 'Contoso'", "parentaccountid/name eq 'Contoso'", 'was read as'],
    [
      "customerid ne 'Contoso'",
      "(customerid_contact/fullname ne 'Contoso' or customerid_contact/fullname eq null) and (customerid_account/name ne 'Contoso' or customerid_account/name eq null)",
      'Rows where customerid is empty are included',
    ],
    ["contains(parentaccountid,'x')", "contains(parentaccountid/name,'x')", 'was read as'],
    ["opportunityid eq 'Big deal'", "name eq 'Big deal'", 'was read as'],
    ['ownerid eq me', `${CRM}EqualUserId(PropertyName='ownerid')`, 'the person who asks'],
    ["ownerid ne '@me'", `${CRM}NotEqualUserId(PropertyName='ownerid')`, 'the person who asks'],
    ['createdby eq @me', `${CRM}EqualUserId(PropertyName='createdby')`, 'the person who asks'],
    [`ownerid eq '{${ID.toUpperCase()}}'`, `_ownerid_value eq ${ID}`, `was read as the id ${ID}.`],
    [`ownerid eq {${ID}}`, `_ownerid_value eq ${ID}`, 'Ids were written without braces.'],
    [`ownerid eq guid'${ID}'`, `_ownerid_value eq ${ID}`, 'ownerid was sent as _ownerid_value.'],
    [`ownerid in (${ID}, me)`, `_ownerid_value eq ${ID} or ${CRM}EqualUserId(PropertyName='ownerid')`, 'was sent as'],
  ])('%s', async (filter, sent, said) => {
    const result = await read(filter)
    expect(result.sent).toBe(sent)
    expect(result.said).toContain(said)
  })
})

describe('choices, numbers and truth', () => {
  test.each([
    ["statuscode eq 'Won'", 'statuscode eq 3', `"statuscode eq 'Won'" was read as statuscode eq 3.`],
    ["statecode ne 'OPEN'", 'statecode ne 0', 'was read as statecode ne 0.'],
    ['salesstage eq Close', 'salesstage eq 3', 'was read as salesstage eq 3.'],
    ["salesstage eq '2'", 'salesstage eq 2', 'was read as salesstage eq 2.'],
    ["salesstage ne 'Close'", 'salesstage ne 3 or salesstage eq null', 'Rows where salesstage is empty are included'],
    ["statuscode in ('Won','on hold')", `${CRM}In(PropertyName='statuscode',PropertyValues=["3","2"])`, 'was sent as'],
    ["statuscode not in ('Won', 2)", `${CRM}NotIn(PropertyName='statuscode',PropertyValues=["3","2"])`, 'was sent as'],
    ["salesstage in ('Close', null)", 'salesstage eq 3 or salesstage eq null', 'was sent as'],
    [
      "contains(statuscode,'old')",
      `${CRM}In(PropertyName='statuscode',PropertyValues=["2","5"])`,
      '2 On Hold, 5 Out-Sold',
    ],
    ["startswith(salesstage,'cl')", 'salesstage eq 3', '3 Close'],
    [
      "interests eq 'Rowing'",
      `${CRM}ContainValues(PropertyName='interests',PropertyValues=["2"])`,
      'contains one of 2',
    ],
    [
      "interests eq 'Sailing; Rowing'",
      `${CRM}ContainValues(PropertyName='interests',PropertyValues=["1","2"])`,
      '1, 2',
    ],
    [
      "interests ne 'Rowing'",
      `${CRM}DoesNotContainValues(PropertyName='interests',PropertyValues=["2"]) or interests eq null`,
      'contains none of 2',
    ],
    [
      "contains(interests,'sail')",
      `${CRM}ContainValues(PropertyName='interests',PropertyValues=["1","3"])`,
      '3 Model Sailing',
    ],
    ["estimatedvalue gt '50,000'", 'estimatedvalue gt 50000', "'50,000' was read as the number 50000."],
    ["estimatedvalue gt '£1.5m'", 'estimatedvalue gt 1500000', 'as the number 1500000.'],
    ['estimatedvalue gt 50k', 'estimatedvalue gt 50000', '50k was read as 50000.'],
    ['closeprobability in (50,75)', 'closeprobability eq 50 or closeprobability eq 75', 'was sent as'],
    ["decisionmaker eq 'Yes'", 'decisionmaker eq true', 'was read as decisionmaker eq true.'],
    ['decisionmaker eq 0', 'decisionmaker eq false', 'was read as decisionmaker eq false.'],
    ["captureproposalfeedback eq 'Yes'", 'captureproposalfeedback eq false', 'eq false.'],
    [
      `${CRM}In(PropertyName='salesstage',PropertyValues=["Close","2"])`,
      `${CRM}In(PropertyName='salesstage',PropertyValues=["3","2"])`,
      "'Close' was read as 3.",
    ],
    [
      `${CRM}Between(PropertyName='estimatedvalue',PropertyValues=["1k","2,000"])`,
      `${CRM}Between(PropertyName='estimatedvalue',PropertyValues=["1000","2000"])`,
      'as the number 1000.',
    ],
    ['closeprobability in (50)', 'closeprobability eq 50', 'was sent as'],
    ['statuscode ge 2', 'statuscode ge 2', ''],
    ['stepname eq 3', "stepname eq '3'", "stepname holds text: 3 was read as '3'."],
    [
      "name in ('a','O''Brien')",
      String.raw`${CRM}In(PropertyName='name',PropertyValues=["a","O\u0027Brien"])`,
      'was sent as',
    ],
  ])('%s', async (filter, sent, said) => {
    const result = await read(filter)
    expect(result.sent).toBe(sent)
    expect(result.said).toContain(said)
  })
})

describe('rows where a column is empty', () => {
  test('are written out for a negative, and said once', async () => {
    const { sent, said } = await read("name ne 'a' and name ne 'b'")
    expect(sent).toBe("(name ne 'a' or name eq null) and (name ne 'b' or name eq null)")
    expect(said.match(/is empty/g)).toHaveLength(1)
  })

  test.each([
    ["name ne 'a' and name ne null", "name ne 'a' and name ne null"],
    ["name ne 'a' or Name eq null", "name ne 'a' or name eq null"],
    ["name ne null and (name ne 'a' or statecode eq 0)", "name ne null and (name ne 'a' or statecode eq 0)"],
    ['not (statecode eq 0)', 'statecode ne 0'],
    [`opportunityid ne ${ID}`, `opportunityid ne ${ID}`],
  ])('are left to the model that tests them, or where there are none: %s', async (filter, sent) => {
    expect((await read(filter)).sent).toBe(sent)
  })

  test.each([
    ["not (name eq 'a' and estimatedvalue gt 5)", "name ne 'a' or name eq null or estimatedvalue le 5"],
    ["not (contains(name,'a') or statecode eq 0)", "(not contains(name,'a') or name eq null) and statecode ne 0"],
    [`not ${CRM}EqualUserId(PropertyName='ownerid')`, `${CRM}NotEqualUserId(PropertyName='ownerid')`],
    ['not (createdon ge 2026-01-31)', `${CRM}OnOrBefore(PropertyName='createdon',PropertyValue='2026-01-30')`],
    [
      `not ${CRM}On(PropertyName='createdon',PropertyValue='2026-01-31')`,
      `${CRM}OnOrBefore(PropertyName='createdon',PropertyValue='2026-01-30') or ${CRM}OnOrAfter(PropertyName='createdon',PropertyValue='2026-02-01')`,
    ],
    [
      `not ${CRM}OnOrBefore(PropertyName='createdon',PropertyValue='2026-01-31')`,
      `${CRM}OnOrAfter(PropertyName='createdon',PropertyValue='2026-02-01')`,
    ],
    ["not (statuscode in ('Won','On Hold'))", `${CRM}NotIn(PropertyName='statuscode',PropertyValues=["3","2"])`],
    [
      'not (opportunityratingcode in (1,2))',
      `${CRM}NotIn(PropertyName='opportunityratingcode',PropertyValues=["1","2"]) or opportunityratingcode eq null`,
    ],
    ['estimatedvalue not in (1, 2)', '(estimatedvalue ne 1 and estimatedvalue ne 2) or estimatedvalue eq null'],
    [
      'not Opportunity_Tasks/any(t:not (t/statecode eq 0))',
      'not Opportunity_Tasks/any(t:t/statecode ne 0 or t/statecode eq null)',
    ],
    ["not (not contains(name,'a'))", "contains(name,'a')"],
  ])('%s', async (filter, sent) => expect((await read(filter)).sent).toBe(sent))
})

describe('other languages, where what is meant is plain', () => {
  test.each([
    [
      "statecode = 0 AND name <> 'x' && name != null",
      "statecode eq 0 and name ne 'x' and name ne null",
      '"=" was read as eq.',
    ],
    ['statecode == 0 || estimatedvalue >= 5', 'statecode eq 0 or estimatedvalue ge 5', '"||" was read as or.'],
    ['WHERE name IS NOT NULL', 'name ne null', '"is not" was read as ne.'],
    ["name LIKE 'x%'", "startswith(name,'x')", 'was read as startswith.'],
    ["name like '%x'", "endswith(name,'x')", 'was read as endswith.'],
    ["name not like '%x%' and name ne null", "not contains(name,'x') and name ne null", 'was read as contains.'],
    ["name like 'x'", "name eq 'x'", 'was read as eq.'],
    ["name eq ''", 'name eq null', 'Dataverse keeps no empty text'],
    ['name eq "it\'s"', "name eq 'it''s'", 'double quotes'],
    ["name contains 'x'", "contains(name,'x')", 'was read as contains'],
    ["substringof('x',name)", "contains(name,'x')", '"substringof" was read as contains.'],
    ["contains(tolower(name),'x') eq true", "contains(name,'x')", 'without regard to case'],
    ['estimatedvalue between 5 and 10', 'estimatedvalue ge 5 and estimatedvalue le 10', 'between'],
    ['10 lt estimatedvalue', 'estimatedvalue gt 10', ''],
    ['?$filter=statecode eq 0', 'statecode eq 0', 'without "?$filter="'],
    [
      'ThisMonth(CreatedOn)',
      `${CRM}ThisMonth(PropertyName='createdon')`,
      'was read as Microsoft.Dynamics.CRM.ThisMonth.',
    ],
    [
      "lastxdays(propertyname='createdon',propertyvalue='30')",
      `${CRM}LastXDays(PropertyName='createdon',PropertyValue=30)`,
      '',
    ],
    [
      "In(PropertyName='statuscode',PropertyValues=['Won'])",
      `${CRM}In(PropertyName='statuscode',PropertyValues=["3"])`,
      '',
    ],
  ])('%s', async (filter, sent, said) => {
    const result = await read(filter)
    expect(result.sent).toBe(sent)
    expect(result.said).toContain(said)
  })
})
