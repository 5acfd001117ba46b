import type { Question } from '../../question.ts'
import {
  INDUSTRIES,
  LEADERS,
  LEAD_SOURCES,
  THIS_YEAR,
  closed,
  filled,
  inQuarter,
  inYear,
  labelsOf,
  owner,
  ranked,
  user,
} from '../sql.ts'

const CONVERTED = 'round(100.0 * sum(statecode = 1) / count(*))'
const WON_SHARE = '1.0 * sum(statecode = 1) / count(*)'
const CLOSED = (when: string): string => `statecode in (1, 2) and ${when}`
const CLOSED_THIS_YEAR = CLOSED(inYear('actualclosedate', THIS_YEAR))
const VALUE_RATE = `round(100.0 * sum(case when statecode = 1 then actualvalue_base end)
  / sum(case when statecode = 1 then actualvalue_base else estimatedvalue_base end))`
/** Deals that were won or lost, with the industries of their customers. */
const BY_INDUSTRY = `opportunity o join account a on a.accountid = o.customerid
  join ${labelsOf(INDUSTRIES)} l on l.value = a.industrycode`
const BY_SOURCE = `lead join ${labelsOf(LEAD_SOURCES)} l on l.value = leadsourcecode`

/** How many of the leads and deals come to something, and where. */
export const WIN_RATES: readonly Question[] = [
  {
    id: 'web-conversion',
    ask:
      'What percentage of the leads that came through the web did we qualify, out of those that were either qualified ' +
      'or disqualified? Whole number.',
    theme: 'rate',
    trap: 'divides by open leads too',
    kind: 'number',
    unit: '%',
    sql: `select ${CONVERTED} from lead where statecode in (1, 2) and leadsourcecode = 8`,
  },
  {
    id: 'best-source',
    ask: 'Which source gives us the best leads? Go by the share that got qualified of all that are no longer open.',
    theme: 'rate',
    trap: 'takes the source with the most leads',
    kind: 'one of',
    of: 'lead source',
    sql: `select name from (${ranked(
      `select label as name, ${WON_SHARE} as measure from ${BY_SOURCE} where statecode in (1, 2) group by 1`,
      '= 1',
    )})`,
  },
  {
    id: 'sources-by-conversion',
    ask:
      'Rank our lead sources by conversion, best first: qualified leads out of qualified and disqualified ones. Just ' +
      'those sources with five such leads or more.',
    theme: 'rate',
    who: LEADERS,
    kind: 'list',
    of: 'lead source',
    ordered: true,
    sql: ranked(
      `select label as name, ${WON_SHARE} as measure from ${BY_SOURCE} where statecode in (1, 2)
      group by 1 having count(*) >= 5`,
      '> 0',
    ),
  },
  {
    id: 'sources-with-most-value',
    ask: 'Open leads by where they came from: which source has the highest total of estimated amounts, in pounds?',
    theme: 'sum',
    kind: 'one of',
    of: 'lead source',
    sql: `select name from (${ranked(
      `select label as name, sum(estimatedamount_base) as measure from ${BY_SOURCE} where statecode = 0 group by 1`,
      '= 1',
    )})`,
  },
  {
    id: 'won-from-trade-shows',
    ask: 'How much revenue did we win from deals that began as a trade show lead? I mean the lead that the deal came from.',
    theme: 'nothing fits',
    trap: 'adds up the leads, or guesses by name: no deal says which lead it came from',
    kind: 'none',
    of: 'opportunity',
    sql: filled('opportunity', 'originatingleadid'),
  },
  {
    id: 'win-rate-by-value',
    ask:
      'Win rate by value for deals closed this year: actual revenue of the won ones, out of that plus the estimated ' +
      'value of the lost ones. In pounds underneath; give me a whole percentage.',
    theme: 'rate',
    trap: 'gives the rate by number',
    kind: 'number',
    unit: '%',
    sql: `select ${VALUE_RATE} from opportunity where ${CLOSED_THIS_YEAR}`,
  },
  {
    id: 'key-accounts-rate',
    ask: 'What win rate do the deals owned by the team Key Accounts have this year, by number? A whole percentage.',
    theme: 'rate',
    trap: 'leaves out what a team owns, or gives the rate of all',
    kind: 'number',
    unit: '%',
    sql: `select ${CONVERTED} from opportunity where ${CLOSED_THIS_YEAR}
      and ownerid = (select teamid from team where name = 'Key Accounts')`,
  },
  {
    id: 'callum-or-priya',
    ask: 'Is Callum Fraser’s win rate this year, by number of deals, better than Priya Nair’s?',
    theme: 'rate',
    who: LEADERS,
    kind: 'yes/no',
    sql: `select avg(case when ownerid = ${user('Callum Fraser')} then statecode = 1 end)
        > avg(case when ownerid = ${user('Priya Nair')} then statecode = 1 end)
      from opportunity where ${CLOSED_THIS_YEAR}`,
  },
  {
    id: 'rate-last-quarter',
    ask: 'Last fiscal quarter, how many per cent of the deals that we closed did we win? Rounded to a whole per cent.',
    theme: 'rate',
    kind: 'number',
    unit: '%',
    sql: `select ${CONVERTED} from opportunity where ${CLOSED(inQuarter('actualclosedate', 1))}`,
  },
  {
    id: 'rate-better-than-last-quarter',
    ask: 'Are we winning a larger part of our closed deals this quarter than we did last quarter?',
    theme: 'rate',
    kind: 'yes/no',
    sql: `select avg(case when ${inQuarter('actualclosedate', 0)} then statecode = 1 end)
        > avg(case when ${inQuarter('actualclosedate', 1)} then statecode = 1 end)
      from opportunity where statecode in (1, 2)`,
  },
  {
    id: 'industry-rate',
    ask:
      'With customers of which industry do we win the largest share of closed deals, over all years? Only industries ' +
      'with eight closed deals or more; customers without an industry don’t count.',
    theme: 'rate',
    who: LEADERS,
    kind: 'one of',
    of: 'industry',
    sql: `select name from (${ranked(
      `select label as name, ${WON_SHARE.replaceAll('statecode', 'o.statecode')} as measure from ${BY_INDUSTRY}
      where o.statecode in (1, 2) group by 1 having count(*) >= 8`,
      '= 1',
    )})`,
  },
  {
    id: 'distributors-rate',
    ask:
      'Our win rate with customers in the industry Distributors, Dispatchers and Processors, all closed deals, as a ' +
      'whole percentage?',
    theme: 'rate',
    kind: 'number',
    unit: '%',
    sql: `select round(100.0 * sum(o.statecode = 1) / count(*)) from ${BY_INDUSTRY}
      where o.statecode in (1, 2) and a.industrycode = 10`,
  },
  {
    id: 'rate-by-product',
    ask: 'Which product do we win most often with, going by the products on our opportunities?',
    theme: 'nothing fits',
    trap: 'takes the products of orders: no deal has a product',
    kind: 'none',
    of: 'product',
    sql: 'select opportunityid from opportunityproduct',
  },
  {
    id: 'wins-per-loss',
    ask: 'For each deal that we lost this year, how many did we win? One ratio, to two decimals.',
    theme: 'rate',
    kind: 'number',
    unit: 'times',
    within: 0.0051,
    sql: `select 1.0 * sum(statecode = 1) / sum(statecode = 2) from opportunity where ${CLOSED_THIS_YEAR}`,
  },
  {
    id: 'lost-in-the-first-half',
    ask: 'Which deals did we lose in the first half of this year?',
    theme: 'nothing fits',
    trap: 'takes those that were created then',
    kind: 'none',
    of: 'opportunity',
    sql: `select name from opportunity where ${closed(2, inYear('actualclosedate', THIS_YEAR))}
      and cast(strftime('%m', actualclosedate) as integer) <= 6`,
  },
  {
    id: 'never-won',
    ask: 'Who of the owners of our open deals, teams counted, has never won a single one?',
    theme: 'nothing fits',
    trap: 'lists those without a win this month',
    who: LEADERS,
    kind: 'none',
    of: 'person',
    sql: `select ${owner('o')} as name from opportunity o group by 1
      having sum(statecode = 0) > 0 and sum(statecode = 1) = 0`,
  },
  {
    id: 'estimate-kept',
    ask:
      'How much of what we estimate do we get in the end? Actual revenue of all deals won, as a percentage of their ' +
      'estimated value, in pounds and without those that have no estimate; one decimal.',
    theme: 'rate',
    trap: 'counts deals without an estimate in the actual revenue alone, or averages the percentages',
    kind: 'number',
    unit: '%',
    within: 0.051,
    sql: `select 100.0 * sum(actualvalue_base) / sum(estimatedvalue_base) from opportunity
      where statecode = 1 and estimatedvalue_base is not null`,
  },
]
