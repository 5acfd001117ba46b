const DAY_MS = 86_400_000
/** The question looks as far before and after, and clocks differ. */
const AROUND_MS = 600_000
const FULL_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)Z?$/
const CLOCK = /^\d\d:\d\d$/

/** A time as the questions take it, and in epoch milliseconds. */
export type Around = { readonly around: string; readonly at: number }

/**
 * A day and a time in UTC, or a time alone, which is its last one: soon after midnight 23:50 was yesterday. `undefined`
 * for what is no time, `never` for one that there is not, or that has not been yet.
 */
export function timeOf(given: string, now: number): Around | 'never' | undefined {
  if (CLOCK.test(given)) {
    const today = moment(dayOf(now), given)
    return today.at > now + AROUND_MS ? moment(dayOf(now - DAY_MS), given) : known(today)
  }
  const [, day, clock] = FULL_TIME.exec(given) ?? []
  if (day === undefined || clock === undefined) return undefined
  const time = moment(day, clock)
  return time.at > now + AROUND_MS ? 'never' : known(time)
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
const moment = (day: string, clock: string): Around => ({
  around: `${day} ${clock}`,
  at: Date.parse(`${day}T${clock}Z`),
})
const known = (time: Around): Around | 'never' => (Number.isNaN(time.at) ? 'never' : time)
