import { QueryError } from '../../../../dataverse/errors.ts'
import { KINDS, type Kind } from '../../../../dataverse/records/timeline/kinds.ts'
import type { TimeRange } from '../../../../dataverse/records/timeline/range.ts'
import type { Place } from '../../../../dataverse/records/timeline/when.ts'
import type { Cursors } from '../../../../dataverse/rows/cursor.ts'
import type { TimelineArguments } from '../timeline.ts'

/** Where a timeline goes on: whose, of which time and kinds, and behind which item. */
export type TimelinePlace = {
  readonly entity: string
  readonly id: string
  readonly range: TimeRange
  readonly kinds?: readonly Kind[] | undefined
  readonly behind: Place
  /** As they were written, to be held against what comes beside the cursor. */
  readonly written: Pick<TimelineArguments, 'since' | 'until'>
}

const LIST = 'timeline'
const instant = (text: string | undefined): number | undefined => (text ? Number(text) : undefined)

export async function sealPlace(place: TimelinePlace, cursors: Cursors): Promise<string> {
  const { entity, id, range, kinds = [], behind, written } = place
  const times = [range.since ?? '', range.until ?? '', behind.at].join()
  const fields = [entity, id, times, kinds.join(), behind.key, written.since ?? '', written.until ?? '']
  return await cursors.sealOther(LIST, fields.map(withoutControls))
}

/** They end fields. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}

/** @throws QueryError `invalid_cursor` */
export async function openPlace(text: string, cursors: Cursors): Promise<TimelinePlace> {
  const [entity = '', id = '', times = '', kinds = '', key = '', ...written] = await cursors.openOther(LIST, text)
  const [since, until, at] = times.split(',').map(instant)
  const names = new Set(kinds.split(','))
  return {
    entity,
    id,
    range: { ...(since !== undefined && { since }), ...(until !== undefined && { until }) },
    ...(kinds !== '' && { kinds: KINDS.filter((kind) => names.has(kind)) }),
    behind: { at: at ?? 0, key },
    written: { ...(written[0] && { since: written[0] }), ...(written[1] && { until: written[1] }) },
  }
}

/**
 * What comes beside a cursor is taken where it says the same, and else refused: other items than those would come.
 * @throws QueryError `invalid_cursor`
 */
export function checkBeside(
  { since, until }: TimelineArguments,
  kinds: readonly Kind[] | undefined,
  place: TimelinePlace,
): void {
  const { written } = place
  const others = [
    ...(since === undefined || withoutControls(since) === written.since ? [] : ['since']),
    ...(until === undefined || withoutControls(until) === written.until ? [] : ['until']),
    ...(kinds === undefined || sorted(kinds) === sorted(place.kinds ?? []) ? [] : ['kinds']),
  ]
  if (others.length > 0) throw ofAnother(`goes on with other ${others.join(', ')}`)
}

function sorted(kinds: readonly Kind[]): string {
  return [...new Set(kinds)].toSorted().join()
}

export function ofAnother(what: string): QueryError {
  return new QueryError(
    'invalid_cursor',
    `The cursor ${what}.`,
    'Pass the cursor alone, {"cursor":"…"}, for what comes next in its timeline; leave it out to begin another one.',
  )
}
