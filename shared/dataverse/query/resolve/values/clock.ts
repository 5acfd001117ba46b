import { dayIn, zoneOf } from '../../../local-time.ts'
import type { FiscalCalendar, Person } from '../../../metadata/model.ts'

/** What date words are read by. */
export type Clock = {
  /** In ms since 1970. */
  readonly now: number
  /** IANA, e.g. `Europe/London`. */
  readonly zone: string
  /** `YYYY-MM-DD` in that zone. */
  readonly today: string
  readonly fiscal: FiscalCalendar | undefined
}

/** The clock of a person, in the calendar of their organization. @param now in ms since 1970 */
export function clockOf({ timeZone, organization }: Person, now: number): Clock {
  const zone = zoneOf(timeZone.name).iana
  return { now, zone, today: dayIn(now, zone), fiscal: organization.fiscal }
}
