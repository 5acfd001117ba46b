// Not in a bare npm test: asks for the days of every word, and again by what the answer says they are.
import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageOf, type Answer, type Stage } from '../agreement/ask.ts'
import { worldAt } from '../agreement/world.ts'
import { condition, fetch, filter } from '../query.ts'
import { eachOf, REP } from './asking.ts'

/** By day in winter, and in a summer night when London has a day, and a month, that UTC has not yet. */
const CLOCKS = [NOW, new Date('2026-07-31T23:30:00Z')]
let stages: readonly Stage[]
beforeAll(async () => {
  stages = await Promise.all(CLOCKS.map(async (now) => await stageOf(worldAt(now))))
}, 120_000)
afterAll(async () => {
  for (const stage of stages) await stage.close()
})

const UNITS = ['week', 'month', 'year', 'fiscal-period', 'fiscal-year', 'quarter']
const COUNTED = ['days', 'weeks', 'months', 'years', 'fiscal-periods', 'fiscal-years']
const each = (starts: readonly string[], ends: readonly string[]): string[] =>
  starts.flatMap((start) => ends.map((end) => `${start}-${end}`))

/** Words of a filter, and operators of FetchXML with their values. */
const WORDS = [
  ...['today', 'yesterday', 'tomorrow', '2026', '2026-11', 'Q4-2026', 'last-48-hours', 'next-5-hours'],
  ...each(['last', 'this', 'next'], UNITS),
  ...each(['last-2', 'next-2'], COUNTED),
]
const OPERATORS: readonly (readonly [operator: string, ...values: string[]])[] = [
  ...['today', 'yesterday', 'tomorrow', 'last-seven-days', 'next-seven-days'].map((one) => [one] as const),
  ...each(['last', 'this', 'next'], UNITS.slice(0, 5)).map((one) => [one] as const),
  ...each(['last-x', 'next-x'], [...COUNTED, 'hours']).map((one) => [one, '3'] as const),
  ...each(['olderthan-x'], ['minutes', 'hours', 'days', 'weeks', 'months', 'years']).map((one) => [one, '3'] as const),
  ['in-fiscal-year', '2026'],
  ['in-fiscal-period-and-year', '4', '2026'],
  ['in-or-before-fiscal-period-and-year', '3', '2026'],
  ['in-or-after-fiscal-period-and-year', '4', '2026'],
]
const COLUMNS = ['createdon', 'estimatedclosedate']

/** A filter for the days that the sentence names; undefined where it names none. */
function filterFor(column: string, sentence: string): string | undefined {
  const [, days = ''] = /was read as (.+?)(?: \([^)]*\))*, [A-Z]\w+\/\w+\.$/.exec(sentence) ?? []
  const whole = /^up to (?<last>\S+)$|^(?<first>\S+) and later$|^(?<from>\S+) to (?<to>\S+)$|^(?<only>\S+)$/.exec(days)
  const { last, first, from = first, to = last, only } = whole?.groups ?? {}
  if (days === 'no day') return `${column} eq null and ${column} ne null`
  if (only !== undefined) return `${column} eq ${only}`
  const end = to === undefined || to === 'now' || to.includes('T') ? 'lt' : 'le'
  const parts = [from && `${column} ge ${from}`, to && `${column} ${end} ${to}`].filter(Boolean)
  return parts.length === 0 ? undefined : parts.join(' and ')
}

const asked = (column: string): readonly object[] => [
  ...WORDS.map((word) => ({ entity: 'opportunity', filter: `${column} eq ${word}` })),
  ...OPERATORS.map(([operator, ...values]) => {
    const inner = `<attribute name="opportunityid"/>${filter(condition(column, operator, ...values))}`
    return { fetchxml: fetch('opportunity', inner) }
  }),
]

/** Each word and operator of either column, at one clock of one and at the other clock of the other. */
const questions = COLUMNS.flatMap((column, which) =>
  asked(column).map((args, at) => ({ column, args, clock: (at + which) % CLOCKS.length })),
)

test.each([0, 1])(
  'the days that a word is said to cover hold its rows, at clock %i',
  async (at) => {
    const stage = stages[at]
    if (!stage) throw new RangeError('no stage')
    const tally = { asked: 0, found: 0 }
    const wrong: string[] = []
    const ids = async (args: object): Promise<Answer> =>
      await stage.ask(REP, { ...args, count: true, top: 5000 }, 'opportunityid')
    await eachOf(
      questions.filter(({ clock }) => clock === at),
      async ({ column, args }) => {
        const { structuredContent: content } = await stage.call(REP, { ...args, top: 1 })
        const said = (content?.interpreted ?? []).filter((one) => one.includes(' was read as '))
        const [sentence = ''] = said
        const days = filterFor(column, sentence)
        if (said.length !== 1 || days === undefined) wrong.push(`${JSON.stringify(args)}: ${JSON.stringify(content)}`)
        const asked = await ids(args)
        const again = await ids({ entity: 'opportunity', filter: days, select: ['opportunityid'] })
        tally.asked += 1
        if ('ids' in asked && asked.ids.length > 0) tally.found += 1
        if (JSON.stringify(asked) !== JSON.stringify(again) || 'refused' in asked)
          wrong.push(`${JSON.stringify(args)}: ${sentence} ${days ?? ''} ${JSON.stringify(again).slice(0, 80)}`)
      },
    )
    expect(wrong).toEqual([])
    expect(tally.asked).toBeGreaterThan(50)
    expect(tally.found).toBeGreaterThan(tally.asked / 2)
  },
  240_000,
)
