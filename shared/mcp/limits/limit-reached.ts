import type { Window } from './window.ts'

/** Which budget is used up: the setting by its name. */
export type LimitName =
  | 'CALLS_PER_MINUTE'
  | 'CALLS_PER_MINUTE_ALL'
  | 'ROWS_PER_DAY'
  | 'ROWS_PER_DAY_ALL'
  | 'WRITES_PER_HOUR'

export type Reached = {
  readonly setting: LimitName
  /** The setting's value. */
  readonly most: number
  /** Milliseconds until it begins anew. */
  readonly untilEnd: number
  /** The person's calls refused within a minute, where that is worth a line in the audit. */
  readonly milestone: number | undefined
}

/** A budget of this deployment is used up: a tool error that names it and says when to try again. */
export class LimitReached extends Error {
  readonly code = 'limit_reached'
  readonly setting: LimitName
  readonly milestone: number | undefined
  readonly nextStep: string

  constructor({ setting, most, untilEnd, milestone }: Reached) {
    super(`${WHAT[setting](most.toLocaleString('en-US'))} (setting ${setting}).`)
    this.name = 'LimitReached'
    this.setting = setting
    this.milestone = milestone
    this.nextStep = NEXT[WINDOWS[setting]](untilEnd)
  }
}

const WHAT: Readonly<Record<LimitName, (most: string) => string>> = {
  CALLS_PER_MINUTE: (most) => `This server answers one person ${most} tool calls a minute, and they are used up`,
  CALLS_PER_MINUTE_ALL: (most) => `This server answers ${most} tool calls a minute in all, and they are used up`,
  ROWS_PER_DAY: (most) => `This server gives one person ${most} rows a day, and they are used up`,
  ROWS_PER_DAY_ALL: (most) => `This server gives ${most} rows a day in all, and they are used up`,
  WRITES_PER_HOUR: (most) => `This server makes ${most} changes an hour for one person, and they are used up`,
}

/** What a setting counts in. */
export const WINDOWS: Readonly<Record<LimitName, Window>> = {
  CALLS_PER_MINUTE: 'minute',
  CALLS_PER_MINUTE_ALL: 'minute',
  ROWS_PER_DAY: 'day',
  ROWS_PER_DAY_ALL: 'day',
  WRITES_PER_HOUR: 'hour',
}
const NEXT: Readonly<Record<Window, (ms: number) => string>> = {
  minute: afterSeconds,
  hour: afterMinutes,
  day: afterMidnight,
}

const MINUTE_MS = 60_000
const MINUTES_OF_HOUR = 60

function afterSeconds(ms: number): string {
  return `Wait ${Math.ceil(ms / 1_000)} seconds, then call again.`
}

/** A preview does not live for an hour. */
function afterMinutes(ms: number): string {
  return `Nothing was changed. Wait ${Math.ceil(ms / MINUTE_MS)} minutes, then preview the change again; an administrator can raise the setting.`
}

function afterMidnight(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS)
  const [hours, rest] = [Math.floor(minutes / MINUTES_OF_HOUR), minutes % MINUTES_OF_HOUR]
  return `Try again after midnight UTC, in ${hours} h ${rest} min; an administrator can raise the setting.`
}
