import type { Question } from '../../question.ts'
import {
  LAST_YEAR,
  LEADERS,
  REP,
  THIS_YEAR,
  closed,
  customer,
  filled,
  inMonth,
  inQuarter,
  inYear,
  monthOf,
  owner,
  ranked,
} from '../sql.ts'

const WON_IN = (when: string): string => `sum(case when ${when} then actualvalue_base end)`
/** From the first of January last year to this day last year. */
const SAME_STRETCH = `${inYear('actualclosedate', LAST_YEAR)} and actualclosedate <= date(today(), '-1 year')`
const THIS = inYear('actualclosedate', THIS_YEAR)
const GROWTH = (now: string, before: string): string =>
  `select round(100.0 * ${WON_IN(now)} / ${WON_IN(before)} - 100) from opportunity where statecode = 1`
const MONTHS_OF_THIS_YEAR = `(with recursive months(first) as (select strftime('%Y', today()) || '-01-01'
  union all select date(first, '+1 month') from months where date(first, '+1 month') <= today()) select first from months)`
const NOTHING_WON = `from ${MONTHS_OF_THIS_YEAR} where not exists (select 1 from opportunity where statecode = 1
  and strftime('%Y-%m', actualclosedate) = strftime('%Y-%m', first))`
const EARLIER = `select customerid from opportunity
  where statecode = 1 and strftime('%Y', actualclosedate) < ${THIS_YEAR}`

/** One time against another. */
export const COMPARISONS: readonly Question[] = [
  {
    id: 'quarter-on-quarter',
    ask:
      'How are we doing this fiscal quarter against the last one? By how many per cent is the actual revenue of won ' +
      'deals up, so far, in pounds? Whole per cent.',
    theme: 'period',
    trap: 'divides the difference by this quarter',
    kind: 'number',
    unit: '%',
    sql: GROWTH(inQuarter('actualclosedate', 0), inQuarter('actualclosedate', 1)),
  },
  {
    id: 'year-to-date-growth',
    ask:
      'Year to date against the same stretch of last year, 1 January to 24 November: by what percentage has actual ' +
      'revenue from won deals grown, counted in pounds? Round it.',
    theme: 'period',
    trap: 'divides by the revenue of this year',
    kind: 'number',
    unit: '%',
    sql: GROWTH(THIS, SAME_STRETCH),
  },
  {
    id: 'more-wins-year-to-date',
    ask: 'How many more deals have we won this year up to today than last year up to 24 November?',
    theme: 'period',
    kind: 'number',
    sql: `select sum(${THIS}) - sum(${SAME_STRETCH}) from opportunity where statecode = 1`,
  },
  {
    id: 'november-on-november',
    ask:
      'How many times as much actual revenue have we won this month so far as in the whole of the same month last ' +
      'year? In pounds underneath; to two decimals.',
    theme: 'period',
    trap: 'compares with last month',
    kind: 'number',
    unit: 'times',
    within: 0.0051,
    sql: `select 1.0 * ${WON_IN(inMonth('actualclosedate', 0))} / ${WON_IN(inMonth('actualclosedate', 12))}
      from opportunity where statecode = 1`,
  },
  {
    id: 'growth-from-nothing',
    ask: 'By what percentage did the revenue won in July to September beat that of July to September last year?',
    theme: 'nothing fits',
    trap: 'gives a growth: nothing was won then, so that there is none',
    kind: 'none',
    of: 'opportunity',
    sql: `select name from opportunity where ${closed(1, inQuarter('actualclosedate', 5))}`,
  },
  {
    id: 'average-deal-grown',
    ask: 'Is the average deal that we won this quarter bigger than the average one of last quarter, by actual revenue in pounds?',
    theme: 'period',
    trap: 'compares the totals',
    kind: 'yes/no',
    sql: `select avg(case when ${inQuarter('actualclosedate', 0)} then actualvalue_base end)
        > avg(case when ${inQuarter('actualclosedate', 1)} then actualvalue_base end)
      from opportunity where statecode = 1`,
  },
  {
    id: 'best-month',
    ask: 'Which month of this year brought the most actual revenue from won deals, in pounds?',
    theme: 'period',
    kind: 'one of',
    of: 'month',
    sql: `select name from (${ranked(
      `select ${monthOf('actualclosedate')} as name, sum(actualvalue_base) as measure from opportunity
      where ${closed(1, THIS)} group by 1`,
      '= 1',
    )})`,
  },
  {
    id: 'months-with-losses',
    ask: 'In which months of this year did we lose more deals than we won?',
    theme: 'period',
    trap: 'names the months with the most losses',
    kind: 'one of',
    of: 'month',
    sql: `select ${monthOf('actualclosedate')} from opportunity where ${THIS}
      group by 1 having sum(statecode = 2) > sum(statecode = 1)`,
  },
  {
    id: 'empty-months',
    ask: 'Which months of this year, as far as it has gone, passed without a single deal won?',
    theme: 'period',
    trap: 'lists only months that have rows',
    kind: 'list',
    of: 'month',
    sql: `select ${monthOf('first')} ${NOTHING_WON}`,
  },
  {
    id: 'empty-months-counted',
    ask: 'In how many months of this year (up to and with this one) have I not won a deal of my own?',
    theme: 'period',
    who: REP,
    kind: 'number',
    sql: `select count(*) ${NOTHING_WON.replace('statecode = 1', 'statecode = 1 and ownerid = me()')}`,
  },
  {
    id: 'nothing-won-this-month',
    ask: 'Which owners of open deals (people and teams) have won nothing yet this month?',
    theme: 'period',
    trap: 'lists only owners with a deal that was closed this month',
    who: LEADERS,
    kind: 'list',
    of: 'person',
    sql: `select ${owner('o')} as name from opportunity o group by 1
      having sum(statecode = 0) > 0 and sum(statecode = 1 and ${inMonth('actualclosedate', 0)}) = 0`,
  },
  {
    id: 'lapsed',
    ask: 'Which customers bought from us last year, with a deal won, but have not bought anything this year?',
    theme: 'nothing fits',
    trap: 'names customers without a deal this month, or with a deal lost',
    kind: 'none',
    of: 'account',
    sql: `select distinct ${customer('o')} from opportunity o where ${closed(1, inYear('actualclosedate', LAST_YEAR))}
      and customerid not in (select customerid from opportunity where ${closed(1, THIS)})`,
  },
  {
    id: 'buyers',
    ask: 'How many different customers have bought from us this year, that is, had a deal won?',
    theme: 'count',
    trap: 'counts deals',
    kind: 'number',
    sql: `select count(distinct customerid) from opportunity where ${closed(1, THIS)}`,
  },
  {
    id: 'new-buyers',
    ask: 'How many customers who had a deal won this year had never had one won in an earlier year?',
    theme: 'count',
    kind: 'number',
    sql: `select count(distinct customerid) from opportunity where ${closed(1, THIS)} and customerid not in (${EARLIER})`,
  },
  {
    id: 'repeat-buyers',
    ask:
      'Of the customers with a deal won this year, what part had bought from us in an earlier year already? Customers, ' +
      'not deals; a whole percentage.',
    theme: 'share',
    trap: 'divides deals',
    kind: 'number',
    unit: '%',
    sql: `select round(100.0 * count(distinct case when customerid in (${EARLIER}) then customerid end)
      / count(distinct customerid)) from opportunity where ${closed(1, THIS)}`,
  },
  {
    id: 'spring-wins',
    ask: 'What did we win in May and June of this year? Names of the deals, please.',
    theme: 'nothing fits',
    trap: 'takes the deals that were created then, or those of another year',
    kind: 'none',
    of: 'opportunity',
    sql: `select name from opportunity where ${closed(1, THIS)} and strftime('%m', actualclosedate) in ('05', '06')`,
  },
  {
    id: 'margin-growth',
    ask: 'Which product’s margin, price less cost, has grown most against last year?',
    theme: 'nothing fits',
    trap: 'makes up a cost: products have a price alone',
    kind: 'none',
    of: 'product',
    sql: filled('product', 'standardcost', 'currentcost'),
  },
]
