import type { Question } from '../../question.ts'
import {
  ANALYST,
  INDUSTRIES,
  LEADERS,
  REP,
  STAGES,
  THIS_YEAR,
  closed,
  currency,
  customer,
  inYear,
  labelsOf,
  median,
  owner,
  ranked,
  user,
} from '../sql.ts'

const WON_THIS_YEAR = closed(1, inYear('actualclosedate', THIS_YEAR))
/** Customers by what they bought this year, in pounds. */
const BUYERS = `select customerid, sum(actualvalue_base) as worth, row_number() over (order by sum(actualvalue_base) desc) as place
  from opportunity where ${WON_THIS_YEAR} group by customerid`
const WEIGHTED = 'estimatedvalue_base * closeprobability / 100.0'
const OPEN_PER_OWNER = (measure: string): string =>
  `select ${owner('o')} as name, ${measure} as measure from opportunity o where statecode = 0 group by 1`
const WON_IN_INDUSTRY = `opportunity o join account a on a.accountid = o.customerid
  join ${labelsOf(INDUSTRIES)} l on l.value = a.industrycode where o.statecode = 1`

/** Parts of a whole, the top and the rest, groups against each other. */
export const SHARES: readonly Question[] = [
  {
    id: 'top-five-share',
    ask:
      'How dependent are we on a few customers? Share of our five largest customers in the actual revenue of the deals ' +
      'won this year, in pounds, as a percentage with one decimal.',
    theme: 'share',
    trap: 'takes the five largest deals, or divides by the pipeline',
    kind: 'number',
    unit: '%',
    within: 0.051,
    sql: `select 100.0 * sum(case when place <= 5 then worth end) / sum(worth) from (${BUYERS})`,
  },
  {
    id: 'all-but-the-top-ten',
    ask:
      'Leave out the ten customers who bought most this year: how much actual revenue, in pounds, did all the others ' +
      'bring in deals won this year?',
    theme: 'share',
    who: LEADERS,
    kind: 'number',
    unit: 'GBP',
    sql: `select sum(worth) from (${BUYERS}) where place > 10`,
  },
  {
    id: 'top-customers-won',
    ask: 'Who are our four best customers this year? Rank them by the actual revenue of their won deals in pounds.',
    theme: 'top',
    who: LEADERS,
    kind: 'list',
    of: 'account',
    ordered: true,
    sql: ranked(
      `select ${customer('o')} as name, sum(actualvalue_base) as measure from opportunity o where ${WON_THIS_YEAR} group by 1`,
      '<= 4',
    ),
  },
  {
    id: 'priya-share',
    ask: 'What part of this year’s won revenue is Priya Nair’s, in per cent to one decimal? Go by the owner of the deal, in pounds.',
    theme: 'share',
    trap: 'goes by the number of deals',
    kind: 'number',
    unit: '%',
    within: 0.051,
    sql: `select 100.0 * sum(case when ownerid = ${user('Priya Nair')} then actualvalue_base end) / sum(actualvalue_base)
      from opportunity where ${WON_THIS_YEAR}`,
  },
  {
    id: 'euro-share',
    ask: 'How much of the revenue won this year came from deals in euros, in per cent of the total, both counted in pounds? One decimal.',
    theme: 'currencies',
    trap: 'divides euros by pounds',
    kind: 'number',
    unit: '%',
    within: 0.051,
    sql: `select 100.0 * sum(case when transactioncurrencyid = ${currency('EUR')} then actualvalue_base end)
      / sum(actualvalue_base) from opportunity where ${WON_THIS_YEAR}`,
  },
  {
    id: 'median-euro-deal',
    ask: 'For deals kept in euros and won at any time: what is the median actual revenue, in euros?',
    theme: 'currencies',
    trap: 'takes the amounts in pounds',
    who: ANALYST,
    kind: 'number',
    unit: 'EUR',
    sql: median('actualvalue', `opportunity where statecode = 1 and transactioncurrencyid = ${currency('EUR')}`),
  },
  {
    id: 'median-win',
    ask:
      'What is a typical deal worth? Take the median actual revenue, in pounds, of the deals won this year (mean of ' +
      'the two in the middle if their number is even).',
    theme: 'average',
    trap: 'gives the average',
    kind: 'number',
    unit: 'GBP',
    sql: median('actualvalue_base', `opportunity where ${WON_THIS_YEAR}`),
  },
  {
    id: 'smallest-key-account-win',
    ask: 'What was the smallest actual revenue, in pounds, of a deal won this year by the team Key Accounts?',
    theme: 'top',
    kind: 'number',
    unit: 'GBP',
    sql: `select min(actualvalue_base) from opportunity
      where ${WON_THIS_YEAR} and ownerid = (select teamid from team where name = 'Key Accounts')`,
  },
  {
    id: 'spread',
    ask: 'How far apart are the largest and the smallest open deal of mine, in pounds? Deals without a value left out.',
    theme: 'mine or ours',
    who: REP,
    kind: 'number',
    unit: 'GBP',
    sql: `select max(estimatedvalue_base) - min(estimatedvalue_base) from opportunity
      where statecode = 0 and ownerid = me()`,
  },
  {
    id: 'industry-average',
    ask:
      'Average size of a won deal, as actual revenue in pounds over all years, with customers in Building Supply ' +
      'Retail? To the nearest pound.',
    theme: 'average',
    kind: 'number',
    unit: 'GBP',
    within: 0.51,
    sql: `select avg(actualvalue_base) from ${WON_IN_INDUSTRY} and a.industrycode = 5`,
  },
  {
    id: 'industry-with-largest-deals',
    ask:
      'In which industry are the deals we win largest on average, by actual revenue in pounds? Over all years, and only ' +
      'industries with five won deals or more.',
    theme: 'average',
    trap: 'takes an industry with two large deals, or the total',
    kind: 'one of',
    of: 'industry',
    sql: `select name from (${ranked(
      `select label as name, avg(actualvalue_base) as measure from ${WON_IN_INDUSTRY} group by 1 having count(*) >= 5`,
      '= 1',
    )})`,
  },
  {
    id: 'weighted-at-propose',
    ask:
      'Weighted pipeline at the sales stage Propose, that is value times probability of each open deal, in pounds? To ' +
      'the nearest pound; a deal without a probability or a value adds nothing.',
    theme: 'sum',
    kind: 'number',
    unit: 'GBP',
    within: 0.51,
    sql: `select sum(${WEIGHTED}) from opportunity where statecode = 0 and salesstage = 2`,
  },
  {
    id: 'stages-by-weight',
    ask: 'Which two sales stages hold most of the weighted open pipeline (value times probability, in pounds)? Larger one first.',
    theme: 'top',
    trap: 'orders them by the unweighted value, or as the process runs',
    kind: 'list',
    of: 'sales stage',
    ordered: true,
    sql: ranked(
      `select label as name, sum(${WEIGHTED}) as measure from opportunity
      join ${labelsOf(STAGES)} on value = salesstage where statecode = 0 group by 1`,
      '<= 2',
    ),
  },
  {
    id: 'owners-by-weight',
    ask: 'Whose open pipeline weighs most? Top three owners, teams too, by value times probability in pounds, in order.',
    theme: 'top',
    who: LEADERS,
    kind: 'list',
    of: 'person',
    ordered: true,
    sql: ranked(OPEN_PER_OWNER(`sum(${WEIGHTED})`), '<= 3'),
  },
  {
    id: 'seven-open-deals',
    ask: 'Which owners, people or teams, hold seven open deals or more?',
    theme: 'count',
    who: LEADERS,
    kind: 'list',
    of: 'person',
    sql: `select name from (${OPEN_PER_OWNER('count(*)')}) where measure >= 7`,
  },
  {
    id: 'largest-average-open',
    ask: 'Who has the biggest open deals on average, in pounds? Deals without a value left out; people and teams.',
    theme: 'average',
    who: LEADERS,
    kind: 'one of',
    of: 'person',
    sql: `select name from (${ranked(OPEN_PER_OWNER('avg(estimatedvalue_base)'), '= 1')})`,
  },
  {
    id: 'large-deals-share',
    ask: 'How much of the value of our open deals sits in those of £100,000 and more? In pounds, as a whole percentage.',
    theme: 'share',
    kind: 'number',
    unit: '%',
    sql: `select round(100.0 * sum(case when estimatedvalue_base >= 100000 then estimatedvalue_base end)
      / sum(estimatedvalue_base)) from opportunity where statecode = 0`,
  },
  {
    id: 'a-fifth-from-one',
    ask: 'Is there one customer who alone stands for more than a fifth of the revenue we won this year? Who?',
    theme: 'nothing fits',
    trap: 'names the largest customer, however small its share',
    who: LEADERS,
    kind: 'none',
    of: 'account',
    sql: `select place from (${BUYERS}) where worth > (select sum(worth) from (${BUYERS})) / 5`,
  },
]
