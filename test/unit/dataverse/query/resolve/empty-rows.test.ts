import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { condition, inFetchXml, inOData } from './asking.ts'

const lines = (...all: string[]): string => all.join('\n')

describe('rows without a value in OData', () => {
  test.each<[string, string, string, string]>([
    [
      'opportunity',
      "name ne 'a' and name ne 'b'",
      '(name null | name ne <a>) & (name null | name ne <b>)',
      'Rows without a value in name are included; to leave them out, test beside it that name is not null.',
    ],
    ['opportunity', "name ne 'a' and name ne null", 'name ne <a> & name not-null', ''],
    [
      'opportunity',
      "Topic ne null and name ne 'a'",
      'name not-null & name ne <a>',
      'The column "Topic" of opportunity was read as name.',
    ],
    ['opportunity', "not contains(name,'a') and name ne null", 'name not-null & name not-like <%a%>', ''],
    ['opportunity', "name ne 'a' or Name eq null", 'name null | name ne <a> | name null', ''],
    ['opportunity', "name ne 'a' and name eq null", 'name null & (name null | name ne <a>)', ''],
    [
      'opportunity',
      "name ne null and (name ne 'a' or statecode eq 0)",
      'name not-null & (name ne <a> | statecode eq <0>)',
      '',
    ],
    ['opportunity', "not (name eq null or name eq 'a')", '(name not-null & name ne <a>)', ''],
    ['opportunity', 'not (statecode eq 0)', 'statecode ne <0>', ''],
    [
      'opportunity',
      'not decisionmaker',
      'decisionmaker null | decisionmaker ne <1>',
      'Rows without a value in decisionmaker are included; to leave them out, test beside it that decisionmaker is not null.',
    ],
    [
      'opportunity',
      'opportunityid ne 11111111-2222-4333-8444-555555555555',
      'opportunityid ne <11111111-2222-4333-8444-555555555555>',
      '',
    ],
    [
      'opportunity',
      "not (name eq 'a' and estimatedvalue gt 5)",
      'name null | name ne <a> | estimatedvalue null | estimatedvalue le <5>',
      lines(
        'Rows without a value in name are included; to leave them out, test beside it that name is not null.',
        'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
      ),
    ],
    [
      'opportunity',
      "not (contains(name,'a') or statecode eq 0)",
      '(statecode ne <0> & (name null | name not-like <%a%>))',
      'Rows without a value in name are included; to leave them out, test beside it that name is not null.',
    ],
    [
      'opportunity',
      'not (estimatedvalue ge 50000)',
      'estimatedvalue null | estimatedvalue lt <50000>',
      'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
    ],
    [
      'opportunity',
      'estimatedvalue not in (1, 2)',
      '(estimatedvalue null | estimatedvalue not-in <1><2>)',
      'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
    ],
    [
      'opportunity',
      'estimatedvalue not between 5 and 10',
      'estimatedvalue null | estimatedvalue not-between <5><10>',
      'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
    ],
    ['opportunity', "not (not contains(name,'a'))", 'name like <%a%>', ''],
    [
      'opportunity',
      "name eq ''",
      'name null',
      `Dataverse keeps no empty text: in "name eq ''", the empty text was read as null.`,
    ],
    [
      'opportunity',
      "name ne ''",
      'name not-null',
      `Dataverse keeps no empty text: in "name ne ''", the empty text was read as null.`,
    ],
    ['opportunity', "name eq 'null'", 'name eq <null>', ''],
    ['opportunity', "salesstage eq 'null'", 'salesstage null', ''],
    [
      'opportunity',
      "parentaccountid/name ne 'a' and parentaccountid/name ne null",
      'parentaccountid.name ne <a> & parentaccountid.name not-null + parentaccountid outer account[accountid=parentaccountid]',
      '',
    ],
    [
      'opportunity',
      "Opportunity_Tasks/all(t:t/subject eq 'x')",
      'not any task[regardingobjectid=opportunityid]{subject null | subject ne <x>}',
      'A task without a value in subject counts as one that does not match.',
    ],
    [
      'opportunity',
      "Opportunity_Tasks/any(t:t/subject ne 'x')",
      'any task[regardingobjectid=opportunityid]{(subject null | subject ne <x>)}',
      'A task without a value in subject counts as one that does not match.',
    ],
    [
      'opportunity',
      'actualvalue ne estimatedvalue and actualvalue ne null',
      'actualvalue not-null & (estimatedvalue null | actualvalue ne =estimatedvalue)',
      'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
    ],
  ])('%s: %s', async (entity, filter, sent, said) => {
    expect(await inOData(filter, entity)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string, string]>([
    [
      'opportunity',
      "not Microsoft.Dynamics.CRM.NotUnder(PropertyName='parentaccountid',PropertyValue='11111111-2222-4333-8444-555555555555')",
      'invalid_filter',
      'Write what is meant without not.',
    ],
  ])('%s: %s is refused', async (entity, filter, code, nextStep) => {
    expect(await refusal(() => inOData(filter, entity))).toMatchObject({ code, nextStep })
  })
})

describe('rows without a value in FetchXML', () => {
  test.each<[string, string, string]>([
    [
      '<condition attribute="name" operator="not-like" value="A%"/><condition attribute="salesstage" operator="ne" value="1"/>',
      '(name null | name not-like <A%>) & (salesstage null | salesstage ne <1>)',
      lines(
        'Rows without a value in name are included; to leave them out, test beside it that name is not null.',
        'Rows without a value in salesstage are included; to leave them out, test beside it that salesstage is not null.',
      ),
    ],
    [
      '<condition attribute="name" operator="ne" value="x"/><condition attribute="name" operator="not-null"/>',
      'name ne <x> & name not-null',
      '',
    ],
    [
      '<condition attribute="name" operator="ne" value="x"/><condition attribute="name" operator="null"/>',
      'name null & (name null | name ne <x>)',
      '',
    ],
    [
      '<condition attribute="actualvalue" operator="ne" valueof="estimatedvalue"/>',
      '(actualvalue null | estimatedvalue null | actualvalue ne =estimatedvalue)',
      lines(
        'Rows without a value in actualvalue are included; to leave them out, test beside it that actualvalue is not null.',
        'Rows without a value in estimatedvalue are included; to leave them out, test beside it that estimatedvalue is not null.',
      ),
    ],
    [condition('statecode ne 1'), 'statecode ne <1>', ''],
    [condition('ownerid ne-userid'), 'ownerid ne-userid', ''],
    [
      condition("name ne ''"),
      'name not-null',
      'Dataverse keeps no empty text: in "<condition attribute="name" operator="ne" value=""/>", the empty text was read as null.',
    ],
    [
      condition('interests not-contain-values 1'),
      '(interests null | interests not-contain-values <1>)',
      'Rows without a value in interests are included; to leave them out, test beside it that interests is not null.',
    ],
  ])('%s', async (asked, sent, said) => {
    expect(await inFetchXml(asked)).toMatchObject({ sent, said })
  })
})
