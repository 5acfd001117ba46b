import type { Question } from '../question.ts'
import {
  LEADERS,
  SELLERS,
  closed,
  customer,
  daysFrom,
  filled,
  inMonth,
  inQuarter,
  median,
  owner,
  ranked,
} from './sql.ts'

const RAISED = 'date(local(i.createdon))'
const RESOLVED = 'incident i join incidentresolution r on r.incidentid = i.incidentid'
const TAKEN = daysFrom(RAISED, 'date(local(r.actualend))')
const AGE = daysFrom(RAISED, 'today()')
/** What we said or wrote about a case after it was raised. */
const REPLIES = `incident i join (
    select regardingobjectid, actualend from email where directioncode = 1 and statecode = 1
    union all select regardingobjectid, actualend from phonecall where directioncode = 1 and statecode = 1) p
  on p.regardingobjectid = i.incidentid and p.actualend > i.createdon`

/** How fast cases are answered and settled, and where they gather. */
export const CASE_TIMES: readonly Question[] = [
  {
    id: 'days-to-resolve',
    ask:
      'How many calendar days does it take us to resolve a case, from the day it is raised to the day its resolution ' +
      'ended? Average of all resolved cases, one decimal.',
    theme: 'duration',
    trap: 'takes the last modification, or counts cases that were cancelled',
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${TAKEN}) from ${RESOLVED} where i.statecode = 1`,
  },
  {
    id: 'median-days-to-resolve',
    ask: 'And the median, from the day a case was raised to the day it was resolved, for those resolved in this quarter?',
    theme: 'duration',
    kind: 'number',
    unit: 'days',
    sql: median(TAKEN, `${RESOLVED} where i.statecode = 1 and ${inQuarter('local(r.actualend)', 0)}`),
  },
  {
    id: 'slowest-case',
    ask: 'Which resolved case took the most days from being raised to being resolved? Its number, please.',
    theme: 'duration',
    kind: 'one of',
    of: 'case number',
    sql: `select name from (${ranked(`select ticketnumber as name, ${TAKEN} as measure from ${RESOLVED}`, '= 1')})`,
  },
  {
    id: 'slow-cases',
    ask: 'Which cases took us more than 12 calendar days to resolve?',
    theme: 'duration',
    kind: 'list',
    of: 'case number',
    sql: `select ticketnumber from ${RESOLVED} where ${TAKEN} > 12`,
  },
  {
    id: 'resolved-in-a-week',
    ask: 'What percentage of our resolved cases was resolved within seven calendar days of being raised? A whole number.',
    theme: 'share',
    trap: 'divides by all cases',
    kind: 'number',
    unit: '%',
    sql: `select round(100.0 * sum(${TAKEN} <= 7) / count(*)) from ${RESOLVED} where i.statecode = 1`,
  },
  {
    id: 'quickest-resolver',
    ask:
      'Whose cases get resolved quickest, by the average number of days from raised to resolved? Owners of cases, teams ' +
      'too, with three resolved ones or more.',
    theme: 'duration',
    trap: 'takes an owner with a single case',
    who: LEADERS,
    kind: 'one of',
    of: 'person',
    sql: `select name from (${ranked(
      `select ${owner('i')} as name, avg(${TAKEN}) as measure from ${RESOLVED} where i.statecode = 1
      group by 1 having count(*) >= 3`,
      '= 1',
      'asc',
    )})`,
  },
  {
    id: 'active-case-age',
    ask: 'How old are the active cases on average, in calendar days since they were raised? One decimal.',
    theme: 'duration',
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${AGE}) from incident i where statecode = 0`,
  },
  {
    id: 'active-over-two-weeks',
    ask: 'Of the active cases, how many are between 15 and 30 calendar days old, both included?',
    theme: 'duration',
    kind: 'number',
    sql: `select count(*) from incident i where statecode = 0 and ${AGE} between 15 and 30`,
  },
  {
    id: 'high-priority-share',
    ask: 'What share of the active cases is of high priority? In per cent, rounded.',
    theme: 'share',
    trap: 'divides by all cases',
    kind: 'number',
    unit: '%',
    sql: 'select round(100.0 * sum(prioritycode = 1) / count(*)) from incident where statecode = 0',
  },
  {
    id: 'more-than-three-cases',
    ask: 'Which customers have had more than three cases, whatever became of them?',
    theme: 'relations',
    trap: 'counts active ones only',
    kind: 'list',
    of: 'account',
    sql: `select ${customer('i')} from incident i group by customerid having count(*) > 3`,
  },
  {
    id: 'cases-per-customer',
    ask: 'On average, how many cases does a customer raise who has raised any? To two decimals, over all cases.',
    theme: 'average',
    trap: 'divides by all accounts',
    kind: 'number',
    within: 0.0051,
    sql: 'select 1.0 * count(*) / count(distinct customerid) from incident',
  },
  {
    id: 'buyers-with-complaints',
    ask: 'How many customers with a deal won last month have an active case now?',
    theme: 'relations',
    kind: 'number',
    sql: `select count(distinct customerid) from opportunity where ${closed(1, inMonth('actualclosedate', 1))}
      and customerid in (select customerid from incident where statecode = 0)`,
  },
  {
    id: 'never-a-case',
    ask: 'How many active accounts have never raised a case?',
    theme: 'relations',
    kind: 'number',
    sql: `select count(*) from account where statecode = 0 and accountid not in (select customerid from incident)`,
  },
  {
    id: 'minutes-per-high-priority-case',
    ask: 'How many minutes of total time does the resolution of a high-priority case take on average? One decimal.',
    theme: 'average',
    kind: 'number',
    within: 0.051,
    sql: `select avg(r.totaltimespent) from ${RESOLVED} where i.prioritycode = 1`,
  },
  {
    id: 'first-reply-days',
    ask:
      'Case CAS-20139-H4P: how many calendar days after it was raised did our first e-mail or phone call about it take ' +
      'place?',
    theme: 'duration',
    trap: 'takes the resolution',
    who: LEADERS,
    kind: 'number',
    unit: 'days',
    sql: `select min(${daysFrom(RAISED, 'date(local(p.actualend))')}) from ${REPLIES}
      where i.ticketnumber = 'CAS-20139-H4P'`,
  },
  {
    id: 'replied-cases',
    ask: 'About which cases did we make a phone call, or send an e-mail, that ended after the case was raised?',
    theme: 'activities',
    trap: 'takes calls of before the case, or those that came in',
    who: LEADERS,
    kind: 'list',
    of: 'case number',
    sql: `select distinct ticketnumber from ${REPLIES}`,
  },
  {
    id: 'my-cases-replied',
    ask: 'Which of my own cases got an e-mail or a phone call from us after they were raised?',
    theme: 'nothing fits',
    trap: 'takes calls about the customer for calls about the case',
    who: SELLERS,
    kind: 'none',
    of: 'case number',
    sql: `select ticketnumber from ${REPLIES} where i.ownerid = me()`,
  },
  {
    id: 'first-response-missed',
    ask: 'Which cases missed the first-response time of their SLA?',
    theme: 'nothing fits',
    trap: 'works it out from the resolution: no case has an SLA or a first response recorded',
    kind: 'none',
    of: 'case number',
    sql: filled(
      'incident',
      'slaid',
      'firstresponsesent',
      'firstresponseslastatus',
      'firstresponsebykpiid',
      'responseby',
    ),
  },
  {
    id: 'least-satisfied',
    ask: 'Which customer was least satisfied with how we handled their cases?',
    theme: 'nothing fits',
    trap: 'takes the customer with the most or the oldest cases',
    kind: 'none',
    of: 'account',
    sql: filled('incident', 'customersatisfactioncode'),
  },
  {
    id: 'resolved-the-same-day',
    ask: 'Did we resolve any case on the very day it was raised? Case numbers.',
    theme: 'nothing fits',
    kind: 'none',
    of: 'case number',
    sql: `select ticketnumber from ${RESOLVED} where ${TAKEN} < 1`,
  },
]
