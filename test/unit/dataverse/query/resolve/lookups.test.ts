import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { condition, inFetchXml, inOData } from './asking.ts'

describe('lookups in OData', () => {
  test.each<[string, string, string, string]>([
    ['opportunity', "ownerid eq 'Priya Nair'", 'ownerid eq <eeeeeeee-0000-4000-8000-000000000001>', ''],
    ['opportunity', "parentaccountid eq 'Contoso'", 'parentaccountid eq <aaaaaaaa-0000-4000-8000-000000000001>', ''],
    [
      'opportunity',
      "customerid ne 'Contoso'",
      '(customerid null | customerid ne <aaaaaaaa-0000-4000-8000-000000000001>)',
      'Rows without a value in customerid are included; to leave them out, test beside it that customerid is not null.',
    ],
    [
      'opportunity',
      "contains(parentaccountid,'x')",
      'parentaccountid.name like <%x%> + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      "not contains(customerid,'x')",
      '((customerid_contact.fullname not-like <%x%> | customerid_contact.fullname null) & (customerid_account.name not-like <%x%> | customerid_account.name null)) + customerid_contact outer contact[contactid=customerid] + customerid_account outer account[accountid=customerid]',
      'Rows without a value in customerid are included; to leave them out, test beside it that customerid is not null.',
    ],
    [
      'opportunity',
      "contains(parentaccountid/primarycontactid,'x')",
      'parentaccountid_primarycontactid.fullname like <%x%> + parentaccountid outer account[accountid=parentaccountid]{+ parentaccountid_primarycontactid outer contact[contactid=primarycontactid]}',
      '',
    ],
    ['opportunity', "opportunityid eq 'Big deal'", 'opportunityid eq <dddddddd-0000-4000-8000-000000000001>', ''],
    [
      'opportunity',
      'ownerid eq me',
      'ownerid eq-userid',
      '"me" of ownerid was read as the person who asks, without their teams.',
    ],
    [
      'opportunity',
      "ownerid ne '@me'",
      'ownerid ne-userid',
      '"@me" of ownerid was read as the person who asks, without their teams.',
    ],
    [
      'opportunity',
      'ownerid eq {11111111-2222-4333-8444-55555555555A}',
      'ownerid eq <11111111-2222-4333-8444-55555555555a>',
      '',
    ],
    [
      'opportunity',
      'ownerid in (11111111-2222-4333-8444-555555555555, me)',
      '(ownerid eq <11111111-2222-4333-8444-555555555555> | ownerid eq-userid)',
      '"me" of ownerid was read as the person who asks, without their teams.',
    ],
    [
      'opportunity',
      'ownerid ne my-teams',
      'not any team[teamid=ownerid]{any teammembership[teamid=teamid]{systemuserid eq-userid}}',
      '',
    ],
    [
      'opportunity',
      'ownerid ne me-or-my-teams',
      'ownerid ne-userid & not any team[teamid=ownerid]{any teammembership[teamid=teamid]{systemuserid eq-userid}}',
      '',
    ],
    [
      'opportunity',
      'ownerid in (me, my-teams)',
      '(ownerid eq-userid | ownerid eq-userteams)',
      '"me" of ownerid was read as the person who asks, without their teams.',
    ],
    [
      'opportunity',
      "Opportunity_Tasks/any(t:contains(t/regardingobjectid,'Con'))",
      'any task[regardingobjectid=opportunityid]{regardingobjectid in <aaaaaaaa-0000-4000-8000-000000000001><cccccccc-0000-4000-8000-000000000001>}',
      '',
    ],
  ])('%s: %s', async (entity, filter, sent, said) => {
    expect(await inOData(filter, entity)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string, string]>([
    ['opportunity', 'ownerid eq 5', 'unknown_name', "Look for a part of the name: contains(ownerid,'5')."],
    ['opportunity', "In(ownerid,['x'])", 'unknown_name', "Look for a part of the name: contains(ownerid,'x')."],
    [
      'opportunity',
      'ownerid gt 11111111-2222-4333-8444-555555555555',
      'invalid_operator',
      "Write for example: ownerid eq 00000000-0000-0000-0000-000000000000; contains(ownerid,'name'); ownerid ne null.",
    ],
    [
      'task',
      "regardingobjectid eq 'x'",
      'unknown_name',
      "Look for a part of the name: contains(regardingobjectid,'x').",
    ],
    [
      'systemuser',
      "businessunitid eq 'Europe'",
      'invalid_value',
      'Find the id first; then write: businessunitid eq 00000000-0000-0000-0000-000000000000.',
    ],
  ])('%s: %s is refused', async (entity, filter, code, nextStep) => {
    expect(await refusal(() => inOData(filter, entity))).toMatchObject({ code, nextStep })
  })
})

describe('lookups in FetchXML', () => {
  test.each<[string, string, string]>([
    [
      condition('ownerid eq {userId}'),
      'ownerid eq-userid',
      '"{userId}" of ownerid was read as the person who asks, without their teams.',
    ],
    [
      condition('ownerid ne {{current_user_id}}'),
      'ownerid ne-userid',
      '"{{current_user_id}}" of ownerid was read as the person who asks, without their teams.',
    ],
    [
      condition('ownerid eq-userid 11111111-2222-4333-8444-55555555aaaa'),
      'ownerid eq-userid',
      'The operator eq-userid takes no value: the value was left out.',
    ],
    [
      condition("_customerid_value in '11111111-2222-4333-8444-55555555aaaa'"),
      'customerid eq <11111111-2222-4333-8444-55555555aaaa>',
      '',
    ],
    [condition('customerid eq Contoso'), 'customerid eq <aaaaaaaa-0000-4000-8000-000000000001>', ''],
    [
      condition('ownerid eq Ada'),
      'ownerid eq <eeeeeeee-0000-4000-8000-000000000002>',
      '"Ada" was read as Ada Byron (systemuser).',
    ],
    [
      condition('ownerid like Ada%'),
      '(owninguser.fullname like <Ada%> | owningteam.name like <Ada%>) + owninguser outer systemuser[systemuserid=owninguser] + owningteam outer team[teamid=owningteam]',
      '',
    ],
    [
      condition('ownerid in <11111111-2222-4333-8444-55555555aaaa><Ada Byron>'),
      'ownerid in <11111111-2222-4333-8444-55555555aaaa><eeeeeeee-0000-4000-8000-000000000002>',
      '',
    ],
    [condition('ownerid ne null'), 'ownerid not-null', ''],
    [
      condition('ownerid not-in <me><my-teams>'),
      'ownerid ne-userid & not any team[teamid=ownerid]{any teammembership[teamid=teamid]{systemuserid eq-userid}}',
      '"me" of ownerid was read as the person who asks, without their teams.',
    ],
  ])('%s', async (asked, sent, said) => {
    expect(await inFetchXml(asked)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string]>([
    [
      condition('ownerid in <Ada Byron><Bob>'),
      'unknown_name',
      'Look for a part of the name: <condition attribute="ownerid" operator="contains" value="Bob"/>.',
    ],
    [
      condition('opportunityid eq Small deal'),
      'unknown_name',
      'Look for a part of the name: <condition attribute="name" operator="contains" value="Small"/>.',
    ],
    [
      condition('name eq-userid'),
      'invalid_operator',
      'Write for example: <condition attribute="name" operator="eq" value="text"/>; <condition attribute="name" operator="contains" value="text"/>; <condition attribute="name" operator="not-null"/>.',
    ],
  ])('%s is refused', async (asked, code, nextStep) => {
    expect(await refusal(() => inFetchXml(asked))).toMatchObject({ code, nextStep })
  })
})
