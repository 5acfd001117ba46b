import { describe, expect, test } from '@jest/globals'
import { refusal } from '../../support/tables.ts'
import { condition, inFetchXml, inOData } from './asking.ts'

const lines = (...all: string[]): string => all.join('\n')

describe('dates in OData', () => {
  test.each<[string, string, string, string]>([
    [
      'opportunity',
      'createdon eq today',
      'createdon today',
      '"today" of createdon was read as 2026-11-24, Europe/London.',
    ],
    [
      'opportunity',
      'createdon eq Tomorrow',
      'createdon tomorrow',
      '"Tomorrow" of createdon was read as 2026-11-25, Europe/London.',
    ],
    [
      'opportunity',
      "createdon eq 'last month'",
      'createdon last-month',
      '"last month" of createdon was read as 2026-10-01 to 2026-10-31, Europe/London.',
    ],
    [
      'opportunity',
      "createdon eq 'this_year'",
      'createdon this-year',
      '"this_year" of createdon was read as 2026-01-01 to 2026-12-31, Europe/London.',
    ],
    [
      'opportunity',
      'createdon eq thisweek',
      'createdon this-week',
      '"thisweek" of createdon was read as 2026-11-22 to 2026-11-28 (weeks begin on Sunday), Europe/London.',
    ],
    [
      'opportunity',
      'createdon eq this-quarter',
      'createdon this-fiscal-period',
      '"this-quarter" of createdon was read as 2026-10-01 to 2026-12-31 (by the fiscal settings of the organization), Europe/London.',
    ],
    [
      'opportunity',
      'createdon eq past 48 hours',
      'createdon last-x-hours <48>',
      '"past 48 hours" of createdon was read as 2026-11-22T12:00:00+00:00 to now, Europe/London.',
    ],
    [
      'opportunity',
      "createdon eq 'next 2 quarters'",
      'createdon next-x-fiscal-periods <2>',
      '"next 2 quarters" of createdon was read as 2027-01-01 to 2027-06-30 (by the fiscal settings of the organization), Europe/London.',
    ],
    [
      'opportunity',
      'createdon ge today',
      'createdon on-or-after <2026-11-24>',
      'The beginning of "today" of createdon was read as 2026-11-24, Europe/London.',
    ],
    [
      'opportunity',
      'createdon lt today',
      'createdon on-or-before <2026-11-23>',
      'The beginning of "today" of createdon was read as 2026-11-24, Europe/London.',
    ],
    [
      'opportunity',
      'createdon le this-month',
      'createdon on-or-before <2026-11-30>',
      'The end of "this-month" of createdon was read as 2026-11-30, Europe/London.',
    ],
    [
      'opportunity',
      'createdon lt 30 days ago',
      'createdon on-or-before <2026-10-24>',
      `In "createdon lt '30 days ago'", "30 days ago" was read as 2026-10-25.`,
    ],
    [
      'opportunity',
      'createdon lt last-30-days',
      'createdon on-or-before <2026-10-24>',
      'The beginning of "last-30-days" of createdon was read as 2026-10-25, Europe/London.',
    ],
    [
      'opportunity',
      'createdon gt now',
      'createdon gt <2026-11-24T12:00:00Z>',
      'In "createdon gt now", "now" was read as 2026-11-24T12:00:00+00:00.',
    ],
    [
      'opportunity',
      'createdon ne this-month',
      '(createdon on-or-before <2026-10-31> | createdon on-or-after <2026-12-01>)',
      '"this-month" of createdon was read as 2026-11-01 to 2026-11-30, Europe/London.',
    ],
    [
      'opportunity',
      'createdon gt next-30-days',
      'createdon on-or-after <2026-12-25>',
      'The end of "next-30-days" of createdon was read as 2026-12-24, Europe/London.',
    ],
    [
      'opportunity',
      'createdon eq 2026-01-31',
      'createdon on <2026-01-31>',
      'In "createdon eq 2026-01-31", 2026-01-31 was read as the whole day in Europe/London.',
    ],
    [
      'opportunity',
      'createdon gt 2028-02-28',
      'createdon on-or-after <2028-02-29>',
      'In "createdon gt 2028-02-28", 2028-02-28 was read as the whole day in Europe/London.',
    ],
    ['opportunity', 'createdon lt 2026-03-01', 'createdon on-or-before <2026-02-28>', ''],
    ['opportunity', 'createdon ge 2026-01-31T10:00:00+02:00', 'createdon ge <2026-01-31T08:00:00Z>', ''],
    [
      'opportunity',
      "createdon ge '2026-01-31T10:00'",
      'createdon ge <2026-01-31T10:00:00Z>',
      'In "createdon ge 2026-01-31T10:00", the time names no time zone and was read as the clock of Europe/London.',
    ],
    ['opportunity', 'estimatedclosedate le 2026-01-31', 'estimatedclosedate le <2026-01-31>', ''],
    [
      'opportunity',
      'estimatedclosedate le 2026-01-31T10:00:00Z',
      'estimatedclosedate le <2026-01-31>',
      'In "estimatedclosedate le 2026-01-31T10:00:00Z", the time was left out: estimatedclosedate holds days, and 2026-01-31 comes before that time.',
    ],
    [
      'opportunity',
      'estimatedclosedate ge 2026-01-31T10:00:00Z',
      'estimatedclosedate ge <2026-02-01>',
      'In "estimatedclosedate ge 2026-01-31T10:00:00Z", the time was left out: estimatedclosedate holds days, and 2026-01-31 comes before that time.',
    ],
    [
      'opportunity',
      'parentaccountid/createdon ne 2026-12-31',
      '(parentaccountid.createdon null | parentaccountid.createdon on-or-before <2026-12-30> | parentaccountid.createdon on-or-after <2027-01-01>) + parentaccountid outer account[accountid=parentaccountid]',
      lines(
        'In "parentaccountid/createdon ne 2026-12-31", 2026-12-31 was read as the whole day in Europe/London.',
        'Rows without a value in parentaccountid/createdon are included; to leave them out, test beside it that parentaccountid/createdon is not null.',
      ),
    ],
    [
      'opportunity',
      'Opportunity_Tasks/any(t:t/createdon eq today)',
      'any task[regardingobjectid=opportunityid]{createdon today}',
      '"today" of createdon was read as 2026-11-24, Europe/London.',
    ],
    [
      'opportunity',
      'createdon eq 2026',
      'createdon on-or-after <2026-01-01> & createdon on-or-before <2026-12-31>',
      '"2026" of createdon was read as 2026-01-01 to 2026-12-31, Europe/London.',
    ],
    [
      'opportunity',
      "createdon eq 'Q3 2026'",
      'createdon on-or-after <2026-07-01> & createdon on-or-before <2026-09-30>',
      '"Q3 2026" of createdon was read as 2026-07-01 to 2026-09-30, Europe/London.',
    ],
    [
      'opportunity',
      'createdon not between 2026-01-01 and 2026-01-31',
      'createdon on-or-before <2025-12-31> | createdon on-or-after <2026-02-01>',
      `In "Microsoft.Dynamics.CRM.Between(PropertyName='createdon',PropertyValues=["2026-01-01","2026-01-31"])", 2026-01-31 was read as the whole day in Europe/London.`,
    ],
    [
      'opportunity',
      'createdon not in (2026-01-01, 2026-01-31)',
      '(createdon on-or-before <2025-12-31> | createdon on-or-after <2026-01-02>) & (createdon on-or-before <2026-01-30> | createdon on-or-after <2026-02-01>)',
      lines(
        'In "createdon not in (2026-01-01, 2026-01-31)", 2026-01-01 was read as the whole day in Europe/London.',
        'In "createdon not in (2026-01-01, 2026-01-31)", 2026-01-31 was read as the whole day in Europe/London.',
      ),
    ],
    [
      'opportunity',
      'createdon eq now',
      'createdon eq <2026-11-24T12:00:00Z>',
      'In "createdon eq now", "now" was read as 2026-11-24T12:00:00+00:00.',
    ],
    [
      'opportunity',
      'createdon ne now',
      'createdon ne <2026-11-24T12:00:00Z>',
      'In "createdon ne now", "now" was read as 2026-11-24T12:00:00+00:00.',
    ],
    ['opportunity', 'not (createdon ge 2026-01-31)', 'createdon on-or-before <2026-01-30>', ''],
    [
      'opportunity',
      "not Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='2026-01-31')",
      'createdon on-or-before <2026-01-30> | createdon on-or-after <2026-02-01>',
      '',
    ],
  ])('%s: %s', async (entity, filter, sent, said) => {
    expect(await inOData(filter, entity)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string, string]>([
    [
      'opportunity',
      "createdon ge '01/02/2026'",
      'invalid_value',
      'Write year-month-day: createdon ge 2026-02-01 or createdon ge 2026-01-02.',
    ],
    [
      'opportunity',
      "On(createdon,'31.01.2026')",
      'invalid_value',
      "Write year-month-day: Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='2026-01-31').",
    ],
    [
      'opportunity',
      'createdon ge 2026-02-30',
      'invalid_value',
      'Write a day that exists, or a word such as today, last-30-days or 2026-07: createdon ge 2026-01-31 or createdon ge this-month.',
    ],
    [
      'opportunity',
      "createdon ge 'soon'",
      'invalid_value',
      'Write a day that exists, or a word such as today, last-30-days or 2026-07: createdon ge 2026-01-31 or createdon ge this-month.',
    ],
    [
      'opportunity',
      'createdon eq next-hour',
      'invalid_value',
      'Write a day that exists, or a word such as today, last-30-days or 2026-07: createdon eq 2026-01-31 or createdon eq this-month.',
    ],
    [
      'opportunity',
      'LastXDays(createdon,0)',
      'invalid_value',
      "Write e.g. 30: Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=30).",
    ],
    [
      'opportunity',
      "contains(createdon,'2026')",
      'invalid_operator',
      "Write for example: createdon ge 2026-01-31; createdon eq this-month; Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=30); createdon ne null.",
    ],
  ])('%s: %s is refused', async (entity, filter, code, nextStep) => {
    expect(await refusal(() => inOData(filter, entity))).toMatchObject({ code, nextStep })
  })
})

describe('dates in FetchXML', () => {
  test.each<[string, string, string]>([
    [
      condition('createdon last-30-days'),
      'createdon last-x-days <30>',
      '"last-x-days 30" of createdon was read as 2026-10-25 to now, Europe/London.',
    ],
    [condition('createdon on 2026-4-1'), 'createdon on <2026-04-01>', ''],
    [
      condition('createdon gt 2026-01-31 09:30:00'),
      'createdon gt <2026-01-31T09:30:00Z>',
      'In "<condition attribute="createdon" operator="gt" value="2026-01-31 09:30:00"/>", the time names no time zone and was read as the clock of Europe/London.',
    ],
    [
      condition('createdon between 2026-01-01,2026-01-31'),
      'createdon on-or-after <2026-01-01> & createdon on-or-before <2026-01-31>',
      lines(
        'The value "2026-01-01,2026-01-31" was read as a list.',
        'In "<condition attribute="createdon" operator="between"><value>2026-01-01</value><value>2026-01-31</valu…", 2026-01-31 was read as the whole day in Europe/London.',
      ),
    ],
    [
      condition('estimatedclosedate on This-Month'),
      'estimatedclosedate this-month',
      '"This-Month" of estimatedclosedate was read as 2026-11-01 to 2026-11-30, Europe/London.',
    ],
    [
      condition('estimatedclosedate last-x-hours 4'),
      'estimatedclosedate last-x-hours <4>',
      'The column estimatedclosedate holds days without a time: Dataverse may refuse last-x-hours.\n"last-x-hours 4" of estimatedclosedate was read as no day, Europe/London.',
    ],
    [
      condition('createdon in-fiscal-period-and-year <3><2026>'),
      'createdon in-fiscal-period-and-year <3><2026>',
      '"in-fiscal-period-and-year 3 2026" of createdon was read as 2026-07-01 to 2026-09-30 (by the fiscal settings of the organization), Europe/London.',
    ],
  ])('%s', async (asked, sent, said) => {
    expect(await inFetchXml(asked)).toMatchObject({ sent, said })
  })

  test.each<[string, string, string]>([
    [
      condition('createdon on 31/01/2026'),
      'invalid_value',
      'Write year-month-day: <condition attribute="createdon" operator="on" value="2026-01-31"/>.',
    ],
    [
      condition('createdon last-x-days thirty'),
      'invalid_value',
      'Write e.g. 30: <condition attribute="createdon" operator="last-x-days" value="30"/>.',
    ],
  ])('%s is refused', async (asked, code, nextStep) => {
    expect(await refusal(() => inFetchXml(asked))).toMatchObject({ code, nextStep })
  })
})
