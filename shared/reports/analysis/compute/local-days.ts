import { localOffset } from '../../../dataverse/local-time.ts'

const DAY_MS = 86_400_000
/** No zone changes its clock within a quarter of an hour. */
const QUARTER_MS = 900_000

/** The days of a person: for each instant the midnight, as UTC, of the day that a calendar shows there. */
export type LocalDays = { readonly midnight: (instant: number) => number }

/** Asking for the offset of a zone is slow: it is asked once for a day, and more often where the clock changes. */
export function localDays(zone: string): LocalDays {
  const days = new Map<number, number | null>()
  const quarters = new Map<number, number>()
  const offsetIn = (start: number, known: Map<number, number>): number => {
    const offset = known.get(start) ?? localOffset(start, zone)
    known.set(start, offset)
    return offset
  }
  const offsetOfDay = (day: number): number | null => {
    const known = days.get(day)
    if (known !== undefined) return known
    const first = offsetIn(day * DAY_MS, quarters)
    const offset = first === offsetIn((day + 1) * DAY_MS - QUARTER_MS, quarters) ? first : null
    days.set(day, offset)
    return offset
  }
  const midnight = (instant: number): number => {
    const quarter = Math.floor(instant / QUARTER_MS) * QUARTER_MS
    const offset = offsetOfDay(Math.floor(instant / DAY_MS)) ?? offsetIn(quarter, quarters)
    return Math.floor((instant + offset) / DAY_MS) * DAY_MS
  }
  return { midnight }
}
