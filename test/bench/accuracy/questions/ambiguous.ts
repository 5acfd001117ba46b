import type { Question } from '../question.ts'
import { LEADERS, MANAGER, REP, THIS_YEAR, customer, inMonth, inYear } from './sql.ts'

/** Questions that can be read in more than one way: the answer has to say which. */
export const AMBIGUOUS: readonly Question[] = [
  {
    id: 'how-many-customers',
    ask: 'How many customers do we have?',
    theme: 'ambiguous',
    kind: 'ambiguous',
    readings: [
      {
        named: ['active'],
        asked: { kind: 'number', sql: 'select count(*) from account where statecode = 0' },
      },
      {
        named: ['inactive', 'all accounts', 'every account', 'whatever their status', 'regardless of status'],
        asked: { kind: 'number', sql: 'select count(*) from account' },
      },
      {
        named: ['relationship', 'type customer', 'type is customer', 'marked as customer'],
        asked: { kind: 'number', sql: 'select count(*) from account where customertypecode = 3' },
      },
      {
        named: ['relationship', 'type customer', 'type is customer', 'marked as customer'],
        asked: { kind: 'number', sql: 'select count(*) from account where statecode = 0 and customertypecode = 3' },
      },
    ],
  },
  {
    id: 'sold-this-month',
    ask: 'How much did we sell this month, in pounds?',
    theme: 'ambiguous',
    who: LEADERS,
    kind: 'ambiguous',
    readings: [
      {
        named: ['won', 'opportunit', 'deal'],
        asked: {
          kind: 'number',
          unit: 'GBP',
          sql: `select sum(actualvalue_base) from opportunity where statecode = 1 and ${inMonth('actualclosedate', 0)}`,
        },
      },
      {
        named: ['order'],
        asked: {
          kind: 'number',
          unit: 'GBP',
          sql: `select sum(totalamount_base) from salesorder where ${inMonth('date(local(createdon))', 0)}`,
        },
      },
    ],
  },
  {
    id: 'our-biggest-customer',
    ask: 'Who is our biggest customer?',
    theme: 'ambiguous',
    kind: 'ambiguous',
    readings: [
      {
        named: ['annual revenue', 'own revenue', 'company revenue', 'by revenue', 'revenue on the account', 'turnover'],
        asked: {
          kind: 'one of',
          of: 'account',
          sql: `select name from account where revenue_base = (select max(revenue_base) from account)`,
        },
      },
      {
        named: ['won', 'bought', 'actual revenue'],
        asked: {
          kind: 'one of',
          of: 'account',
          sql: `select name from (select ${customer('o')} as name,
              rank() over (order by sum(actualvalue_base) desc) as place
            from opportunity o where statecode = 1 group by customerid) where place = 1`,
        },
      },
      {
        named: ['this year'],
        asked: {
          kind: 'one of',
          of: 'account',
          sql: `select name from (select ${customer('o')} as name,
              rank() over (order by sum(actualvalue_base) desc) as place from opportunity o
            where statecode = 1 and ${inYear('actualclosedate', THIS_YEAR)} group by customerid) where place = 1`,
        },
      },
      {
        named: ['employees', 'headcount'],
        asked: {
          kind: 'one of',
          of: 'account',
          sql: 'select name from account where numberofemployees = (select max(numberofemployees) from account)',
        },
      },
    ],
  },
  {
    id: 'our-open-deals',
    ask: 'How many deals do we have in the pipeline?',
    theme: 'ambiguous',
    who: REP,
    kind: 'ambiguous',
    readings: [
      {
        named: ['you can see', 'visible', 'you have access', 'your access', 'including your team', 'shared'],
        asked: { kind: 'number', sql: `select count(*) from opportunity where statecode = 0 and name <> ''` },
      },
      {
        named: ['you own', 'owned by you', 'your own', 'in your name'],
        asked: { kind: 'number', sql: 'select count(*) from opportunity where ownerid = me() and statecode = 0' },
      },
      {
        named: ['forecast category'],
        asked: {
          kind: 'number',
          sql: 'select count(*) from opportunity where statecode = 0 and msdyn_forecastcategory = 100000001',
        },
      },
    ],
  },
  {
    id: 'my-team-won',
    ask: 'How many deals has my team won this year?',
    theme: 'ambiguous',
    who: MANAGER,
    kind: 'ambiguous',
    readings: [
      {
        named: ['report to you', 'reports', 'reporting to you'],
        asked: {
          kind: 'number',
          sql: `select count(*) from opportunity where statecode = 1 and ${inYear('actualclosedate', THIS_YEAR)}
            and ownerid in (select systemuserid from systemuser where parentsystemuserid = me())`,
        },
      },
      {
        named: ['and you', 'you and', 'including you', 'plus you'],
        asked: {
          kind: 'number',
          sql: `select count(*) from opportunity where statecode = 1 and ${inYear('actualclosedate', THIS_YEAR)}
            and ownerid in (select systemuserid from systemuser where parentsystemuserid = me() or systemuserid = me())`,
        },
      },
      {
        named: ['business unit', 'uk sales'],
        asked: {
          kind: 'number',
          sql: `select count(*) from opportunity where statecode = 1 and ${inYear('actualclosedate', THIS_YEAR)}
            and owningbusinessunit = my_unit()`,
        },
      },
      {
        named: ['you can see', 'visible', 'uk north', 'units below', 'access'],
        asked: {
          kind: 'number',
          sql: `select count(opportunityid) from opportunity
            where statecode = 1 and ${inYear('actualclosedate', THIS_YEAR)}`,
        },
      },
    ],
  },
  {
    id: 'due-this-week',
    ask: 'How many activities of any kind are due this week?',
    theme: 'ambiguous',
    kind: 'ambiguous',
    readings: [
      {
        named: ['sunday', '22 november', '2026-11-22', '22 nov'],
        asked: {
          kind: 'number',
          sql: `select count(*) from activitypointer where statecode in (0, 3)
            and date(local(scheduledend)) between date(today(), '-2 days') and date(today(), '+4 days')`,
        },
      },
      {
        named: ['monday', '23 november', '2026-11-23', '23 nov'],
        asked: {
          kind: 'number',
          sql: `select count(*) from activitypointer where statecode in (0, 3)
            and date(local(scheduledend)) between date(today(), '-1 day') and date(today(), '+5 days')`,
        },
      },
      {
        named: ['7 days', 'seven days'],
        asked: {
          kind: 'number',
          sql: `select count(*) from activitypointer where statecode in (0, 3)
            and date(local(scheduledend)) between today() and date(today(), '+7 days')`,
        },
      },
      {
        named: ['completed', 'done', 'whatever their status', 'every state', 'closed'],
        asked: {
          kind: 'number',
          sql: `select count(*) from activitypointer
            where date(local(scheduledend)) between date(today(), '-2 days') and date(today(), '+4 days')`,
        },
      },
      {
        named: ['completed', 'done', 'whatever their status', 'every state', 'closed'],
        asked: {
          kind: 'number',
          sql: `select count(*) from activitypointer
            where date(local(scheduledend)) between date(today(), '-1 day') and date(today(), '+5 days')`,
        },
      },
    ],
  },
]
