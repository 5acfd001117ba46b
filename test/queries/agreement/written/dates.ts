import { between, compare, NEGATED, oneOf, SIX, type Comparison, type Op } from '../comparison.ts'
import { DATE_WORDS, type Dated } from '../meaning.ts'
import { dateWord, day, moment, NOTHING, now, timeOfDay } from '../operands.ts'
import { among, behind, own, place, type Case, type Place, type Quantifier } from '../place.ts'
import type { World } from '../world.ts'
import { conditions } from './tables.ts'

type Dates = readonly [where: Place, column: string, dated: Dated]
const QUANTIFIERS: readonly Quantifier[] = ['any', 'all', 'not any']

/** Times and days in the row itself, behind a lookup and in the rows of a collection. */
const TIMES: readonly Dates[] = [
  [own('task'), 'scheduledend', 'time'],
  [behind('contact', 'parentcustomerid_account'), 'createdon', 'time'],
  ...QUANTIFIERS.map((one): Dates => [among('systemuser', 'user_task', one), 'scheduledend', 'time']),
]
const DAYS: readonly Dates[] = [
  [own('opportunity'), 'estimatedclosedate', 'day'],
  [behind('quote', 'opportunityid'), 'estimatedclosedate', 'day'],
  ...QUANTIFIERS.map((one): Dates => [
    among('systemuser', 'opportunity_owning_user', one),
    'estimatedclosedate',
    'day',
  ]),
]

/** The one of several whose turn it is. */
const inTurn = <Item>(items: readonly Item[], turn: number): readonly Item[] =>
  items.slice(turn % items.length, (turn % items.length) + 1)

/** One spelling in OData, and in FetchXML one beside the operator of its own. */
const brief = (comparison: Comparison): Comparison => ({
  ...comparison,
  odata: comparison.odata.slice(0, 1),
  fetch: comparison.fetch.filter(({ how }) => how !== 'words'),
})

const EQUAL: readonly Op[] = ['eq', 'ne']

/**
 * Every word with every comparison in the row itself, in every spelling where it is one of equality: orders are read
 * from the same words. Elsewhere each word with one comparison, at the next place with the next.
 */
function words(world: World): Case[] {
  return [...TIMES, ...DAYS].flatMap(([where, column, dated], at) =>
    DATE_WORDS.filter(({ isTimed }) => dated === 'time' || !isTimed).flatMap((word, index) =>
      (where.sort === 'own' ? SIX : inTurn(SIX, index + at)).map((op) => {
        const comparison = compare(op, dateWord(dated, word))
        const isWhole = where.sort === 'own' && EQUAL.includes(op)
        return place(where, column, isWhole ? comparison : brief(comparison), world)
      }),
    ),
  )
}

const DAYS_AWAY = [-31, -6, 0, 7]

/** Days against times, and against days: in the row itself each with every comparison, elsewhere one with each. */
function days(world: World): Case[] {
  const at = (dated: Dated, away: number) => day(dated, `day ${away}`, world.day(away))
  return [...TIMES, ...DAYS].flatMap(([where, column, dated], turn) => [
    ...SIX.flatMap((op, index) =>
      (where.sort === 'own' ? DAYS_AWAY : inTurn(DAYS_AWAY, index + turn)).map((away) =>
        place(where, column, compare(op, at(dated, away)), world),
      ),
    ),
    ...NEGATED.map((op) => place(where, column, compare(op, at(dated, 0)), world)),
    ...(['in', 'not in'] as const).map((op) => place(where, column, oneOf(op, [at(dated, -1), at(dated, 2)]), world)),
    ...(['between', 'not between'] as const).map((op) =>
      place(where, column, between(op, at(dated, -6), at(dated, 0)), world),
    ),
    ...EQUAL.map((op) => place(where, column, compare(op, NOTHING), world)),
    ...(['lt', 'ge'] as const).map((op) => place(where, column, compare(op, now(dated)), world)),
  ])
}

/** Times against days, times against times, spans between words, and days that are written otherwise. */
function mixed(world: World): Case[] {
  const [soon, late] = [world.day(7), world.day(-6)]
  const times = ['00:00:00Z', '00:00:00+02:00', '09:30:00Z', '23:59:00-05:00', '12:00:00+01:00']
  const unpadded = late.replaceAll('-0', '-')
  const word = (dated: Dated, name: string) => {
    const found = DATE_WORDS.find((one) => one.word === name)
    if (!found) throw new RangeError(name)
    return dateWord(dated, found)
  }
  return conditions(
    [
      ...times.map((time) => {
        const operand = timeOfDay(`day 7T${time}`, `${soon}T${time}`)
        return ['opportunity', 'estimatedclosedate', ...SIX.map((op) => compare(op, operand))] as const
      }),
      ['task', 'scheduledend', ...SIX.map((op) => compare(op, moment('day 7 at noon', `${soon}T12:00:00Z`)))],
      [
        'opportunity',
        'modifiedon',
        ...SIX.map((op) =>
          compare(op, moment('day -6 at 10:42, two hours east', `${late}T08:42:00Z`, `${late}T10:42:00+02:00`)),
        ),
      ],
      [
        'opportunity',
        'createdon',
        ...SIX.flatMap((op) => [
          compare(op, day('time', 'day -6', late)),
          ...['today', 'this-month', 'last-month', 'this-quarter', 'last-30-days'].map((one) =>
            compare(op, word('time', one)),
          ),
        ]),
      ],
      ['opportunity', 'createdon', ...SIX.map((op) => compare(op, day('time', 'day -6, unpadded', late, unpadded)))],
      ...(
        [
          ['task', 'scheduledend', 'time'],
          ['opportunity', 'estimatedclosedate', 'day'],
        ] as const
      ).map(
        ([entity, column, dated]) =>
          [
            entity,
            column,
            between('between', word(dated, 'last-month'), word(dated, 'this-month')),
            between('not between', word(dated, 'last-week'), word(dated, 'next-week')),
            between('between', word(dated, 'last-30-days'), word(dated, 'next-30-days')),
            between('between', word(dated, 'yesterday'), day(dated, 'day 7', soon)),
            oneOf('in', [word(dated, 'yesterday'), word(dated, 'tomorrow')]),
            oneOf('not in', [word(dated, 'last-week'), word(dated, 'next-week')]),
            ...NEGATED.map((op) => compare(op, word(dated, 'this-month'))),
          ] as const,
      ),
    ],
    world,
  )
}

export const dateCases = (world: World): Case[] => [...words(world), ...days(world), ...mixed(world)]
