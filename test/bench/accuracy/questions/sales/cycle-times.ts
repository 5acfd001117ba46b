import type { Question } from '../../question.ts'
import { LEADERS, REP, SELLERS, THIS_YEAR, closed, daysFrom, inYear, median, owner, ranked, user } from '../sql.ts'

const CREATED = 'date(local(createdon))'
const CYCLE = daysFrom(CREATED, 'actualclosedate')
const AGE = daysFrom(CREATED, 'today()')
const WON_THIS_YEAR = closed(1, inYear('actualclosedate', THIS_YEAR))
const PER_OWNER = (state: number, least: number): string => `select ${owner('o')} as name, avg(${CYCLE}) as measure
  from opportunity o where statecode = ${state} group by 1 having count(*) >= ${least}`

/** How long deals take, and how old those are that are still open. */
export const CYCLE_TIMES: readonly Question[] = [
  {
    id: 'days-to-win',
    ask:
      'How long does it take us to win a deal? Average number of days from the day it was created to the day it ' +
      'closed, over everything we ever won, to one decimal.',
    theme: 'duration',
    trap: 'averages lost deals too, or the wins of this year alone',
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${CYCLE}) from opportunity where statecode = 1`,
  },
  {
    id: 'days-to-lose',
    ask: 'And the ones we lose: how many calendar days lie between creating and closing them, on average? One decimal.',
    theme: 'duration',
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${CYCLE}) from opportunity where statecode = 2`,
  },
  {
    id: 'losing-takes-longer',
    ask: 'Do we spend longer on deals that we lose than on deals that we win, taking the average from creation to close?',
    theme: 'duration',
    kind: 'yes/no',
    sql: `select avg(case when statecode = 2 then ${CYCLE} end) > avg(case when statecode = 1 then ${CYCLE} end)
      from opportunity where statecode in (1, 2)`,
  },
  {
    id: 'median-days-open',
    ask:
      'Half of our open deals are older than how many days? I want the median of the calendar days since their creation; ' +
      'for an even number of deals the mean of the two in the middle.',
    theme: 'duration',
    trap: 'gives the average',
    kind: 'number',
    unit: 'days',
    sql: median(AGE, 'opportunity where statecode = 0'),
  },
  {
    id: 'my-longest-win',
    ask: 'Of the deals of my own that I won, which one took the most days from creation to close?',
    theme: 'duration',
    who: REP,
    kind: 'one of',
    of: 'opportunity',
    sql: `select name from opportunity where statecode = 1 and ownerid = me() and ${CYCLE} =
      (select max(${CYCLE}) from opportunity where statecode = 1 and ownerid = me())`,
  },
  {
    id: 'slowest-to-win',
    ask:
      'Whose won deals took the longest, on average, from creation to close? Only owners (people or teams) with five ' +
      'wins or more, whatever the year.',
    theme: 'duration',
    trap: 'takes an owner with a single slow win',
    who: LEADERS,
    kind: 'one of',
    of: 'person',
    sql: `select name from (${ranked(PER_OWNER(1, 5), '= 1')})`,
  },
  {
    id: 'fastest-three',
    ask:
      'Rank the three owners, teams included, who need the fewest days on average to win a deal, quickest first. ' +
      'Skip anyone with fewer than five wins.',
    theme: 'duration',
    who: LEADERS,
    kind: 'list',
    of: 'person',
    ordered: true,
    sql: ranked(PER_OWNER(1, 5), '<= 3', 'asc'),
  },
  {
    id: 'slow-to-lose',
    ask:
      'Who lets go of hopeless deals slowest: which owner, of those with at least three deals lost, has the highest ' +
      'average of days from creation to loss?',
    theme: 'duration',
    who: LEADERS,
    kind: 'one of',
    of: 'person',
    sql: `select name from (${ranked(PER_OWNER(2, 3), '= 1')})`,
  },
  {
    id: 'callum-median-win',
    ask: 'What is Callum Fraser’s median time to win, in calendar days from creation to close?',
    theme: 'duration',
    who: LEADERS,
    kind: 'number',
    unit: 'days',
    sql: median(CYCLE, `opportunity where statecode = 1 and ownerid = ${user('Callum Fraser')}`),
  },
  {
    id: 'quick-wins',
    ask: 'How many of this year’s wins closed within 75 days of being created, the 75th included?',
    theme: 'duration',
    kind: 'number',
    sql: `select count(*) from opportunity where ${WON_THIS_YEAR} and ${CYCLE} <= 75`,
  },
  {
    id: 'long-and-lost',
    ask: 'What estimated value, in pounds, did we lose after more than 100 days of work on it, counting from creation?',
    theme: 'duration',
    kind: 'number',
    unit: 'GBP',
    sql: `select sum(estimatedvalue_base) from opportunity where statecode = 2 and ${CYCLE} > 100`,
  },
  {
    id: 'three-to-four-months-old',
    ask: 'How many open deals are between 91 and 120 calendar days old today, both included?',
    theme: 'duration',
    kind: 'number',
    sql: `select count(*) from opportunity where statecode = 0 and ${AGE} between 91 and 120`,
  },
  {
    id: 'stale-share',
    ask: 'What share of our open deals was created more than 120 days ago? By number, as a whole percentage.',
    theme: 'share',
    kind: 'number',
    unit: '%',
    sql: `select round(100.0 * sum(${AGE} > 120) / count(*)) from opportunity where statecode = 0`,
  },
  {
    id: 'stale-and-big',
    ask: 'Which open deals are older than 150 days and worth more than £100,000?',
    theme: 'duration',
    kind: 'list',
    of: 'opportunity',
    sql: `select name from opportunity where statecode = 0 and ${AGE} > 150 and estimatedvalue_base > 100000`,
  },
  {
    id: 'overdue-days',
    ask:
      'By how many days are our overdue open deals overdue on average? One decimal; those without an expected close ' +
      'date don’t count, nor does what is still to come.',
    theme: 'overdue',
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${daysFrom('estimatedclosedate', 'today()')}) from opportunity
      where statecode = 0 and estimatedclosedate < today()`,
  },
  {
    id: 'days-to-fulfil',
    ask:
      'From the day an order is created to the day it is fulfilled: how many days on average? To one decimal, orders ' +
      'without a fulfilment date left out.',
    theme: 'duration',
    trap: 'counts orders that are not fulfilled as nothing',
    who: LEADERS,
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${daysFrom(CREATED, 'datefulfilled')}) from salesorder`,
  },
  {
    id: 'lead-age',
    ask: 'How old are our open leads on average, in calendar days to one decimal?',
    theme: 'duration',
    kind: 'number',
    unit: 'days',
    within: 0.051,
    sql: `select avg(${AGE}) from lead where statecode = 0`,
  },
  {
    id: 'closed-before-created',
    ask: 'Is there any closed deal whose close date lies before the day it was created? Name them.',
    theme: 'nothing fits',
    kind: 'none',
    of: 'opportunity',
    sql: `select name from opportunity where statecode in (1, 2) and ${CYCLE} < 0`,
  },
  {
    id: 'won-within-two-weeks',
    ask: 'Did anybody win a deal within 14 days of creating it? Which ones were they?',
    theme: 'nothing fits',
    trap: 'takes the last modification for the creation',
    who: SELLERS,
    kind: 'none',
    of: 'opportunity',
    sql: `select name from opportunity where statecode = 1 and ${CYCLE} <= 14`,
  },
]
