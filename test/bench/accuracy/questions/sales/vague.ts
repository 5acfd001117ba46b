import type { Question } from '../../question.ts'
import { LEADERS, SELLERS, THIS_YEAR, closed, daysFrom, inYear, median } from '../sql.ts'

const CYCLE = daysFrom('date(local(createdon))', 'actualclosedate')
const RATE = 'round(100.0 * sum(statecode = 1) / count(*))'
const WON_THIS_YEAR = closed(1, inYear('actualclosedate', THIS_YEAR))
const CLOSED_THIS_YEAR = `statecode in (1, 2) and ${inYear('actualclosedate', THIS_YEAR)}`

/** Figures that everybody asks for and nobody defines: the answer has to say which one it is. */
export const VAGUE: readonly Question[] = [
  {
    id: 'how-long-do-deals-take',
    ask: 'How many days do our deals usually take, by the calendar? One decimal if it is no whole number.',
    theme: 'ambiguous',
    who: LEADERS,
    kind: 'ambiguous',
    readings: [
      {
        named: ['won', 'win'],
        asked: {
          kind: 'number',
          unit: 'days',
          within: 0.051,
          sql: `select avg(${CYCLE}) from opportunity where statecode in (1)`,
        },
      },
      {
        named: ['won and lost', 'won or lost', 'closed'],
        asked: {
          kind: 'number',
          unit: 'days',
          within: 0.051,
          sql: `select avg(${CYCLE}) from opportunity where statecode in (1, 2)`,
        },
      },
      {
        named: ['median'],
        asked: { kind: 'number', unit: 'days', sql: median(CYCLE, 'opportunity where statecode = 1') },
      },
      {
        named: ['median'],
        asked: { kind: 'number', unit: 'days', sql: median(CYCLE, 'opportunity where statecode in (1, 2)') },
      },
    ],
  },
  {
    id: 'what-is-our-conversion',
    ask: 'What’s our conversion rate? A whole percentage will do.',
    theme: 'ambiguous',
    who: SELLERS,
    kind: 'ambiguous',
    readings: [
      {
        named: ['lead'],
        asked: { kind: 'number', unit: '%', sql: `select ${RATE} from lead where statecode in (1, 2)` },
      },
      {
        named: ['all leads', 'every lead', 'open leads', 'total leads', 'leads in total'],
        asked: { kind: 'number', unit: '%', sql: `select ${RATE} from lead` },
      },
      {
        named: ['won'],
        asked: { kind: 'number', unit: '%', sql: `select ${RATE} from opportunity where statecode in (1, 2)` },
      },
      {
        named: ['this year', '2026'],
        asked: {
          kind: 'number',
          unit: '%',
          sql: `select ${RATE} from opportunity where ${CLOSED_THIS_YEAR} and actualclosedate is not null`,
        },
      },
    ],
  },
  {
    id: 'average-deal-size',
    ask: 'What is our average deal size in pounds? To the nearest pound.',
    theme: 'ambiguous',
    kind: 'ambiguous',
    readings: [
      {
        named: ['this year', '2026'],
        asked: {
          kind: 'number',
          unit: 'GBP',
          within: 0.51,
          sql: `select avg(actualvalue_base) from opportunity where ${WON_THIS_YEAR} and actualvalue_base is not null`,
        },
      },
      {
        named: ['won'],
        asked: {
          kind: 'number',
          unit: 'GBP',
          within: 0.51,
          sql: 'select avg(actualvalue_base) from opportunity where statecode = 1',
        },
      },
      {
        named: ['open', 'estimated'],
        asked: {
          kind: 'number',
          unit: 'GBP',
          within: 0.51,
          sql: 'select avg(estimatedvalue_base) from opportunity where statecode in (0)',
        },
      },
      {
        named: ['all deals', 'all opportunities', 'every', 'won or lost', 'whatever their status'],
        asked: {
          kind: 'number',
          unit: 'GBP',
          within: 0.51,
          sql: 'select avg(estimatedvalue_base) from opportunity',
        },
      },
    ],
  },
]
