import type { Item } from './timeline.ts'

type Left = {
  /** Items that are planned and not shown. */
  readonly count: number
  /** Those that are, soonest first. */
  readonly shown: readonly Item[]
  readonly isOneKind: boolean
  /** Whether there would be room for more. */
  readonly isByTop: boolean
  /** Epoch milliseconds. */
  readonly now: number
}

const MOST_ITEMS = 100

/** How many more are planned, and what shows them: a way that would lead nowhere is not named. */
export function plannedLeft({ count, shown, isOneKind, isByTop, now }: Left): string[] {
  if (count <= 0) return []
  const last = shown.at(-1)?.when
  const ways = [
    ...(isOneKind ? [] : ['name fewer kinds']),
    ...(isByTop && shown.length < MOST_ITEMS ? ['pass a larger top'] : []),
    // What is overdue comes whatever since says.
    ...(last !== undefined && Date.parse(last) > now ? [`pass ${JSON.stringify({ since: last })}`] : []),
  ]
  const step = ways.length > 0 ? ways.join(', or ') : 'query_crm lists what is open by its table'
  return [`${count} more are planned, later than these: ${step}.`]
}
