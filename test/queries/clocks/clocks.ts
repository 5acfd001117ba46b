import { dateFunctionQueries, dateQueries } from '../groups/dates.ts'
import { wallClockIn, ZONES } from '../oracle/oracle.ts'
import type { Query } from '../query.ts'
import type { Person } from '../../sandbox/people.ts'
import { ASKERS, rowsAt } from '../suite.ts'

/** Moments at which two of the people have different days, months or years, or a clock is about to be changed. */
export const CLOCKS: readonly (readonly [what: string, now: string])[] = [
  ['the last evening of March, in Berlin April already', '2026-03-31T22:30:00Z'],
  ['the last day of May, three months after no 31 February', '2026-05-31T12:00:00Z'],
  ['New Year’s Eve in London and New York, New Year in Berlin', '2026-12-31T23:45:00Z'],
  ['the leap day in Europe, the day before in New York', '2028-02-29T02:30:00Z'],
  ['noon of the leap day', '2028-02-29T12:00:00Z'],
  ['half an hour before British clocks go forward', '2026-03-29T00:30:00Z'],
  ['the hour that is repeated in London', '2026-10-25T00:30:00Z'],
  ['a Sunday, the last day of a month, before New York’s clocks go back', '2026-11-01T03:30:00Z'],
]

/** What days, months and years have a part in. */
export const QUERIES_OF_DAYS: readonly Query[] = [...dateQueries, ...dateFunctionQueries.slice(0, 12)]

/** Which of the clocks falls to a question and to who asks it: for each of its askers another. */
export const inTurn = (question: number, asker: number): number => (question + 3 * asker) % CLOCKS.length

/** The day of each of the askers at a moment, `YYYY-MM-DD`. */
export function daysOf(now: Date): ReadonlyMap<Person, string> {
  const settings = rowsAt(now).filter(({ entity }) => entity === 'usersettings')
  const zones = new Map(settings.map(({ values }) => [values['systemuserid'], Number(values['timezonecode'])]))
  const dayOf = ({ systemUserId = '' }: Person): string =>
    wallClockIn(ZONES[zones.get(systemUserId) ?? 0] ?? '')(now.toISOString()).slice(0, 10)
  return new Map(ASKERS.map((one) => [one, dayOf(one)]))
}
