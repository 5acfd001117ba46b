import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { condition, inFetchXml, inOData } from './asking.ts'

const lines = (...all: string[]): string => all.join('\n')

describe('choices, numbers and text in OData', () => {
  test.each<[string, string, string, string]>([
    ['opportunity', "statuscode eq 'Won'", 'statuscode eq <3>', ''],
    ['opportunity', "statecode ne 'OPEN'", 'statecode ne <0>', ''],
    ['opportunity', "salesstage eq '2'", 'salesstage eq <2>', ''],
    ['opportunity', "statuscode in ('Won','on hold')", 'statuscode in <3><2>', ''],
    ['opportunity', "statuscode not in ('Won', 2)", 'statuscode not-in <3><2>', ''],
    ['opportunity', "salesstage in ('Close', null)", 'salesstage eq <3> | salesstage null', ''],
    [
      'opportunity',
      "contains(statuscode,'old')",
      'statuscode in <2><5>',
      'contains "old" on statuscode was read as one of 2 On Hold, 5 Out-Sold.',
    ],
    [
      'opportunity',
      "startswith(salesstage,'cl')",
      'salesstage eq <3>',
      'startswith "cl" on salesstage was read as one of 3 Close.',
    ],
    [
      'opportunity',
      "interests eq 'Sailing; Rowing'",
      'interests eq <1,2>',
      `interests holds several choices, and eq is for exactly the set that was given; to find those that have one among others, write: Microsoft.Dynamics.CRM.ContainValues(PropertyName='interests',PropertyValues=["1","2"]).`,
    ],
    [
      'opportunity',
      "interests ne 'Rowing'",
      '(interests null | interests ne <2>)',
      lines(
        `interests holds several choices, and eq is for exactly the set that was given; to find those that have one among others, write: Microsoft.Dynamics.CRM.ContainValues(PropertyName='interests',PropertyValues=["2"]).`,
        'Rows without a value in interests are included; to leave them out, test beside it that interests is not null.',
      ),
    ],
    [
      'opportunity',
      "contains(interests,'sail')",
      'interests contain-values <1><3>',
      'contains "sail" on interests was read as one of 1 Sailing, 3 Model Sailing.',
    ],
    [
      'opportunity',
      `Microsoft.Dynamics.CRM.ContainValues(PropertyName='interests',PropertyValues=["1","2"])`,
      'interests contain-values <1><2>',
      '',
    ],
    [
      'opportunity',
      "estimatedvalue gt '50,000'",
      'estimatedvalue gt <50000>',
      '"50,000" was read as the number 50000.',
    ],
    ['opportunity', 'estimatedvalue gt 50,000', 'estimatedvalue gt <50000>', '"50,000" was read as the number 50000.'],
    [
      'opportunity',
      "estimatedvalue gt '£1.5m'",
      'estimatedvalue gt <1500000>',
      '"£1.5m" was read as the number 1500000.',
    ],
    ['opportunity', 'estimatedvalue gt 50k', 'estimatedvalue gt <50000>', '"50k" was read as the number 50000.'],
    ['opportunity', 'closeprobability in (50,75)', 'closeprobability in <50><75>', ''],
    ['opportunity', 'closeprobability in (50)', 'closeprobability eq <50>', ''],
    ['opportunity', "decisionmaker eq 'Yes'", 'decisionmaker eq <1>', ''],
    ['opportunity', 'decisionmaker eq 0', 'decisionmaker eq <0>', ''],
    [
      'opportunity',
      "captureproposalfeedback eq 'Yes'",
      'captureproposalfeedback eq <0>',
      '"Yes" of captureproposalfeedback was read as false (0).',
    ],
    [
      'opportunity',
      `Microsoft.Dynamics.CRM.Between(PropertyName='estimatedvalue',PropertyValues=["1k","2,000"])`,
      'estimatedvalue between <1000><2000>',
      lines('"1k" was read as the number 1000.', '"2,000" was read as the number 2000.'),
    ],
    ['opportunity', 'stepname eq 3', 'stepname eq <3>', ''],
    ['opportunity', "contains(name,'50%_[a]')", 'name like <%50[%][_][[]a]%>', ''],
  ])('%s: %s', async (entity, filter, sent, said) => {
    expect(await inOData(filter, entity)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string, string]>([
    [
      'opportunity',
      "statuscode eq 'Wun'",
      'unknown_option',
      'Did you mean: Won? The choices of statuscode are: 1 In Progress, 2 On Hold, 3 Won, 4 Canceled, 5 Out-Sold.',
    ],
    [
      'opportunity',
      "statecode eq 'On Hold'",
      'unknown_option',
      "On Hold is a choice of statuscode; write: statuscode eq 'On Hold'. The choices of statecode are: 0 Open, 1 Won, 2 Lost.",
    ],
    [
      'opportunity',
      'statuscode eq 99',
      'unknown_option',
      'The choices of statuscode are: 1 In Progress, 2 On Hold, 3 Won, 4 Canceled, 5 Out-Sold.',
    ],
    [
      'opportunity',
      "contains(salesstage,'zzz')",
      'unknown_option',
      'The choices of salesstage are: 0 Qualify, 1 Develop, 2 Propose, 3 Close.',
    ],
    [
      'opportunity',
      "decisionmaker eq 'perhaps'",
      'unknown_option',
      'Write: decisionmaker eq true or decisionmaker eq false. The choices of decisionmaker are: 0 No, 1 Yes.',
    ],
    [
      'opportunity',
      'decisionmaker gt true',
      'invalid_operator',
      'Write for example: decisionmaker eq true; decisionmaker ne null.',
    ],
    [
      'opportunity',
      "interests gt 'Sailing'",
      'invalid_operator',
      `Write for example: Microsoft.Dynamics.CRM.ContainValues(PropertyName='interests',PropertyValues=["1"]); interests ne null.`,
    ],
    [
      'opportunity',
      "contains(estimatedvalue,'5')",
      'invalid_operator',
      `Write for example: estimatedvalue ge 100; Microsoft.Dynamics.CRM.Between(PropertyName='estimatedvalue',PropertyValues=["100","200"]); estimatedvalue ne null.`,
    ],
    [
      'opportunity',
      "estimatedvalue gt 'a lot'",
      'invalid_value',
      'Write digits, with a decimal point if any: estimatedvalue gt 250000.',
    ],
    [
      'opportunity',
      'Today(name)',
      'invalid_operator',
      "Write for example: name eq 'text'; contains(name,'text'); name ne null.",
    ],
  ])('%s: %s is refused', async (entity, filter, code, nextStep) => {
    expect(await refusal(() => inOData(filter, entity))).toMatchObject({ code, nextStep })
  })
})

describe('choices, numbers and text in FetchXML', () => {
  test.each<[string, string, string]>([
    [condition('statecode eq Won'), 'statecode eq <1>', ''],
    [
      condition('salesstage in Propose, Close'),
      'salesstage in <2><3>',
      'The value "Propose, Close" was read as a list.',
    ],
    [condition('salesstage in <2><>'), 'salesstage eq <2>', 'Empty values in the list of in were left out.'],
    [condition('salesstage in <2><null>'), '(salesstage null | salesstage eq <2>)', ''],
    [condition('salesstage not-in <2><null>'), 'salesstage not-null & salesstage ne <2>', ''],
    [condition('salesstage eq <2><3>'), 'salesstage in <2><3>', 'The operator eq with several values was read as in.'],
    [condition('decisionmaker eq false'), 'decisionmaker eq <0>', ''],
    [condition('salesstage contain-values 2'), 'salesstage eq <2>', ''],
    [condition('salesstage like Pro%'), 'salesstage eq <2>', 'like "Pro%" on salesstage was read as one of 2 Propose.'],
    [
      condition('estimatedvalue gt 1,250,000.50'),
      'estimatedvalue gt <1250000.5>',
      '"1,250,000.50" was read as the number 1250000.5.',
    ],
    [condition('estimatedvalue ge £50000'), 'estimatedvalue ge <50000>', '"£50000" was read as the number 50000.'],
    [condition('estimatedvalue gt 50k'), 'estimatedvalue gt <50000>', '"50k" was read as the number 50000.'],
    [condition('description contains %x%'), 'description like <%[%]x[%]%>', ''],
    [
      condition('name not-contains 100%'),
      '(name null | name not-like <%100[%]%>)',
      'Rows without a value in name are included; to leave them out, test beside it that name is not null.',
    ],
    [condition('name like Contoso'), 'name like <Contoso>', 'like "Contoso" has no %: it matches only the exact text.'],
  ])('%s', async (asked, sent, said) => {
    expect(await inFetchXml(asked)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string]>([
    [
      condition('estimatedvalue gt 50.000'),
      'ambiguous_value',
      'Write: <condition attribute="estimatedvalue" operator="gt" value="50"/> or <condition attribute="estimatedvalue" operator="gt" value="50000"/>.',
    ],
    [
      condition('estimatedvalue gt 1.000,50'),
      'invalid_value',
      'Write digits, with a decimal point if any: <condition attribute="estimatedvalue" operator="gt" value="1000.5"/>.',
    ],
    // A date's digits are no number that was meant.
    ...['10.12.2026', '12.10.50', '1.5.26', '10/12/2026'].map((text): [string, string, string] => [
      condition(`estimatedvalue gt ${text}`),
      'invalid_value',
      'Write digits, with a decimal point if any: <condition attribute="estimatedvalue" operator="gt" value="250000"/>.',
    ]),
    [
      condition('estimatedvalue gt 1.000.000'),
      'invalid_value',
      'Write digits, with a decimal point if any: <condition attribute="estimatedvalue" operator="gt" value="1000000"/>.',
    ],
    [
      condition('statecode eq On Hold'),
      'unknown_option',
      'On Hold is a choice of statuscode; write: <condition attribute="statuscode" operator="eq" value="On Hold"/>. The choices of statecode are: 0 Open, 1 Won, 2 Lost.',
    ],
    [condition('statecode eq 9'), 'unknown_option', 'The choices of statecode are: 0 Open, 1 Won, 2 Lost.'],
    [
      condition('closeprobability like %5%'),
      'invalid_operator',
      'Write for example: <condition attribute="closeprobability" operator="ge" value="100"/>; <condition attribute="closeprobability" operator="between"><value>100</value><value>200</value></condition>; <condition attribute="closeprobability" operator="not-null"/>.',
    ],
    [
      condition('closeprobability between 5'),
      'invalid_fetchxml',
      'Write <value>…</value> elements inside the condition.',
    ],
    [condition('salesstage in'), 'invalid_fetchxml', 'Write <value>…</value> elements inside the condition.'],
    [condition('name eq'), 'invalid_fetchxml', 'Write value="…".'],
  ])('%s is refused', async (asked, code, nextStep) => {
    expect(await refusal(() => inFetchXml(asked))).toMatchObject({ code, nextStep })
  })
})
