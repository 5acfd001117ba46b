import type { WantedKinds } from '../../../../dataverse/records/timeline/kinds.ts'
import type { TimeRange } from '../../../../dataverse/records/timeline/range.ts'
import { byTime, compared, type Head, type Place } from '../../../../dataverse/records/timeline/when.ts'
import { formatReference } from '../../../../dataverse/records/record-reference.ts'
import type { AskedTimeline } from '../asked/asked.ts'
import type { TellableChange } from '../changes/histories.ts'

/** Something that happened, and where it stands among the rest. */
export type Entry = { readonly place: Place } & (
  | { readonly head: Head; readonly change?: never }
  | { readonly change: TellableChange; readonly head?: never }
)

export type SortedHeads = {
  /** Newest first. */
  readonly happened: readonly Entry[]
  /** Soonest first; none but on the first page. */
  readonly planned: readonly Head[]
  /** That no date tells when they were. */
  readonly undated: number
}

type Bounds = Pick<AskedTimeline, 'range' | 'behind'>

/** @param now epoch milliseconds */
export function sortHeads(heads: readonly Head[], kinds: WantedKinds, bounds: Bounds, now: number): SortedHeads {
  const wanted = heads.filter(({ table }) => kinds.isWanted(table))
  const closed = wanted.filter(({ state }) => state !== 'open')
  const open = bounds.behind ? [] : wanted.filter((head) => head.state === 'open' && isDueIn(head, bounds, now))
  const dated = closed.flatMap((head): Entry[] => {
    const { at, table, id } = head
    return at === undefined ? [] : [{ place: { at, key: formatReference({ entity: table, id }) }, head }]
  })
  return {
    happened: inOrder(dated, bounds),
    planned: open.toSorted((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity) || compared(one.id, other.id)),
    undated: closed.length - dated.length,
  }
}

export function changeEntries(changes: readonly TellableChange[]): Entry[] {
  return changes.map((change) => ({ place: { at: change.at, key: `change/${change.id}` }, change }))
}

/** Those within the time that is asked for, and behind what was given before. */
export function inOrder(entries: readonly Entry[], { range, behind }: Bounds): Entry[] {
  const inTime = entries.filter(({ place }) => isWithin(place, range) && (!behind || byTime(behind, place) < 0))
  return inTime.toSorted((one, other) => byTime(one.place, other.place))
}

/** What is overdue is still to be done: only a time to come begins later than that. */
function isDueIn({ at }: Head, { range: { since = -Infinity, until } }: Bounds, now: number): boolean {
  if (at === undefined) return true
  return isWithin({ at }, { ...(since > now && { since }), ...(until !== undefined && { until }) })
}

function isWithin({ at }: Pick<Place, 'at'>, { since = -Infinity, until = Infinity }: TimeRange): boolean {
  return at >= since && at < until
}
