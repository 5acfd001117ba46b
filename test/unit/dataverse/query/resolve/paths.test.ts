import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { inOData } from './asking.ts'

const lines = (...all: string[]): string => all.join('\n')

describe('paths and collections in OData', () => {
  test.each<[string, string, string, string]>([
    [
      'opportunity',
      'parentaccountid/accountid eq 11111111-2222-4333-8444-555555555555',
      'parentaccountid.accountid eq <11111111-2222-4333-8444-555555555555> + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      "parentaccountid/primarycontactid/createdby/fullname eq 'x'",
      'parentaccountid_primarycontactid_createdby.fullname eq <x> + parentaccountid outer account[accountid=parentaccountid]{+ parentaccountid_primarycontactid outer contact[contactid=primarycontactid]{+ parentaccountid_primarycontactid_createdby outer systemuser[systemuserid=createdby]}}',
      '',
    ],
    [
      'opportunity',
      "Owner/FullName eq 'x'",
      'owninguser.fullname eq <x> + owninguser outer systemuser[systemuserid=owninguser]',
      '',
    ],
    ['opportunity', "ownerid/name eq 'x'", 'owningteam.name eq <x> + owningteam outer team[teamid=owningteam]', ''],
    [
      'opportunity',
      "customerid_Account/Name eq 'x'",
      'customerid_account.name eq <x> + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      "_parentaccountid_value/name eq 'x'",
      'parentaccountid.name eq <x> + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      "parentaccountid.name eq 'x'",
      'parentaccountid.name eq <x> + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      'customerid_account eq null',
      'customerid_account.accountid null + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      'customerid_account ne null',
      'customerid_account.accountid not-null + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      "customerid/name eq 'x'",
      'customerid_account.name eq <x> + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      "customerid/emailaddress1 eq 'x'",
      '(customerid_contact.emailaddress1 eq <x> | customerid_account.emailaddress1 eq <x>) + customerid_contact outer contact[contactid=customerid] + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      "customerid/emailaddress1 ne 'x'",
      '((customerid_contact.emailaddress1 null | customerid_contact.emailaddress1 ne <x>) & (customerid_account.emailaddress1 null | customerid_account.emailaddress1 ne <x>)) + customerid_contact outer contact[contactid=customerid] + customerid_account outer account[accountid=customerid]',
      lines(
        'Rows without a value in customerid_contact/emailaddress1 are included; to leave them out, test beside it that customerid_contact/emailaddress1 is not null.',
        'Rows without a value in customerid_account/emailaddress1 are included; to leave them out, test beside it that customerid_account/emailaddress1 is not null.',
      ),
    ],
    [
      'opportunity',
      "not (customerid/emailaddress1 ne 'x')",
      '(customerid_contact.emailaddress1 eq <x> | customerid_account.emailaddress1 eq <x>) + customerid_contact outer contact[contactid=customerid] + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      'customerid/emailaddress1 eq null',
      '(customerid_contact.emailaddress1 null & customerid_account.emailaddress1 null) + customerid_contact outer contact[contactid=customerid] + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      "customerid/emailaddress1 ne ''",
      '(customerid_contact.emailaddress1 not-null | customerid_account.emailaddress1 not-null) + customerid_contact outer contact[contactid=customerid] + customerid_account outer account[accountid=customerid]',
      '',
    ],
    [
      'opportunity',
      "parentaccountid/name ne 'x'",
      '(parentaccountid.name null | parentaccountid.name ne <x>) + parentaccountid outer account[accountid=parentaccountid]',
      'Rows without a value in parentaccountid/name are included; to leave them out, test beside it that parentaccountid/name is not null.',
    ],
    [
      'opportunity',
      "not (parentaccountid/name eq 'x')",
      'parentaccountid.name null | parentaccountid.name ne <x> + parentaccountid outer account[accountid=parentaccountid]',
      'Rows without a value in parentaccountid/name are included; to leave them out, test beside it that parentaccountid/name is not null.',
    ],
    [
      'opportunity',
      'parentaccountid/ownerid ne me',
      '(parentaccountid.ownerid null | parentaccountid.ownerid ne-userid) + parentaccountid outer account[accountid=parentaccountid]',
      lines(
        '"me" of ownerid was read as the person who asks, without their teams.',
        'Rows without a value in parentaccountid/ownerid are included; to leave them out, test beside it that parentaccountid/ownerid is not null.',
      ),
    ],
    [
      'opportunity',
      'parentaccountid/revenue gt estimatedvalue',
      'estimatedvalue lt =parentaccountid.revenue + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      'parentaccountid/createdon lt createdon',
      'createdon gt =parentaccountid.createdon + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      'not (parentaccountid/createdon lt createdon)',
      'parentaccountid.createdon null | createdon le =parentaccountid.createdon + parentaccountid outer account[accountid=parentaccountid]',
      'Rows without a value in parentaccountid/createdon are included; to leave them out, test beside it that parentaccountid/createdon is not null.',
    ],
    [
      'opportunity',
      'estimatedvalue ne parentaccountid/revenue',
      '(estimatedvalue null | parentaccountid.revenue null | estimatedvalue ne =parentaccountid.revenue) + parentaccountid outer account[accountid=parentaccountid]',
      lines(
        'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
        'Rows without a value in parentaccountid/revenue are included; to leave them out, test beside it that parentaccountid/revenue is not null.',
      ),
    ],
    [
      'opportunity',
      'Opportunity_Tasks/any(t:t/statecode eq 0)',
      'any task[regardingobjectid=opportunityid]{statecode eq <0>}',
      '',
    ],
    [
      'opportunity',
      'tasks/any(t:statecode eq 0)',
      'any task[regardingobjectid=opportunityid]{statecode eq <0>}',
      '"statecode" was read as t/statecode.',
    ],
    [
      'opportunity',
      'not Opportunity_Tasks/all(t:t/statecode eq 1)',
      'any task[regardingobjectid=opportunityid]{statecode ne <1>}',
      '',
    ],
    ['opportunity', 'Opportunity_Tasks/any()', 'any task[regardingobjectid=opportunityid]{}', ''],
    [
      'opportunity',
      'not (Opportunity_Tasks/any(t:t/statecode eq 0) or statecode eq 1)',
      '(statecode ne <1> & not any task[regardingobjectid=opportunityid]{statecode eq <0>})',
      '',
    ],
    [
      'opportunity',
      "Opportunity_Tasks/any(t:t/regardingobjectid_account_task/name ne 'x')",
      'any task[regardingobjectid=opportunityid]{not any account[accountid=regardingobjectid]{name eq <x>}}',
      '',
    ],
    [
      'opportunity',
      "Opportunity_Tasks/any(t:not (t/regardingobjectid_account_task/name eq 'x'))",
      'any task[regardingobjectid=opportunityid]{not any account[accountid=regardingobjectid]{name eq <x>}}',
      '',
    ],
    [
      'opportunity',
      "Opportunity_Tasks/any(t:t/regardingobjectid_account_task/name eq '')",
      'any task[regardingobjectid=opportunityid]{not any account[accountid=regardingobjectid]{name not-null}}',
      '',
    ],
    [
      'opportunity',
      'Opportunity_Tasks/any(t:t/createdon lt t/scheduledend)',
      'any task[regardingobjectid=opportunityid]{createdon lt =scheduledend}',
      '',
    ],
    [
      'account',
      'primarycontactid/opportunity_customer_contacts/any()',
      'any contact[contactid=primarycontactid]{any opportunity[customerid=contactid]{}}',
      '',
    ],
    [
      'account',
      'opportunity_customer_accounts/any(o:o/customerid_contact/opportunity_customer_contacts/any())',
      'any opportunity[customerid=accountid]{any contact[contactid=customerid]{any opportunity[customerid=contactid]{}}}',
      '',
    ],
  ])('%s: %s', async (entity, filter, sent, said) => {
    expect(await inOData(filter, entity)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string, string]>([
    [
      'opportunity',
      'Opportunity_Tasks/any(t:t/regardingobjectid_account_task/createdon lt t/createdon)',
      'invalid_filter',
      'Compare it with a value, or compare the columns outside of any and all.',
    ],
    [
      'account',
      'opportunities/any(o:o/statecode eq 1)',
      'ambiguous_collection',
      'Write one of: opportunity_customer_accounts (by customerid), opportunity_parent_account (by parentaccountid).',
    ],
    ['account', 'Acount_Tasks/any()', 'unknown_collection', 'Did you mean: Account_Tasks?'],
    ['account', 'invoices/any()', 'unknown_collection', 'Call get_entity_metadata for account.'],
    [
      'account',
      'primarycontactid/any(c:c/statecode eq 0)',
      'unknown_collection',
      'Leave any and all out, and begin each name with primarycontactid/.',
    ],
    ['task', 'regardingobjectid_lead_task eq null', 'unknown_entity', 'Call list_entities.'],
    [
      'task',
      "regardingobjectid/name eq 'a'",
      'ambiguous_path',
      'Write one of: regardingobjectid_account_task (to account), regardingobjectid_contact_task (to contact), regardingobjectid_lead_task (to lead), regardingobjectid_opportunity_task (to opportunity), regardingobjectid_incident_task (to incident).',
    ],
    ['opportunity', "parentacountid/name eq 'x'", 'unknown_path', 'Did you mean: parentaccountid, parentcontactid?'],
    ['opportunity', "name/x eq 'x'", 'unknown_path', 'Use the column alone: name.'],
    [
      'opportunity',
      "Opportunity_Tasks/subject eq 'x'",
      'unknown_path',
      'Use any or all: Opportunity_Tasks/any(o:o/subject …).',
    ],
    ['systemuser', "businessunitid/name eq 'Europe'", 'unknown_path', 'Call get_entity_metadata for systemuser.'],
  ])('%s: %s is refused', async (entity, filter, code, nextStep) => {
    expect(await refusal(() => inOData(filter, entity))).toMatchObject({ code, nextStep })
  })
})
