import { clockOf } from '../../../../dataverse/query/resolve/values/clock.ts'
import { collectNotes } from '../../../../dataverse/query/say/notes.ts'
import { readRange, type TimeRange, type WrittenRange } from '../../../../dataverse/records/timeline/range.ts'
import { readKinds, type Kind } from '../../../../dataverse/records/timeline/kinds.ts'
import type { Place } from '../../../../dataverse/records/timeline/when.ts'
import { formatReference } from '../../../../dataverse/records/record-reference.ts'
import type { ToolContext } from '../../../tool/tool.ts'
import { checkBeside, ofAnother, openPlace, type TimelinePlace } from './place.ts'
import { findSubject, type Subject } from './subject.ts'
import type { TimelineArguments } from '../timeline.ts'

/** A timeline as it is asked for: names and dates bound. */
export type AskedTimeline = Subject & {
  readonly range: TimeRange
  readonly kinds?: readonly Kind[] | undefined
  /** The last item that was given; absent on the first page. */
  readonly behind?: Place
  readonly top: number
  readonly written: TimelinePlace['written']
  /** How dates were understood. */
  readonly interpreted: readonly string[]
}

/** As they were given, and how many items at once. */
export type PagedArguments = { readonly args: TimelineArguments; readonly top: number }

/** @throws QueryError for a record, a date or a cursor that cannot be meant */
export async function askedTimeline({ args, top }: PagedArguments, context: ToolContext): Promise<AskedTimeline> {
  const { of, entity, cursor, since, until } = args
  const kinds = args.kinds && readKinds(args.kinds)
  if (cursor !== undefined) return { ...(await nextOf(cursor, { args, kinds }, context)), top }
  const beside = { since, until, kinds: args.kinds, top: args.top }
  const subject = await findSubject({ of: of ?? '', entity, beside }, context)
  context.about({ entity: subject.entity.name })
  const { note, sentences } = collectNotes()
  const clock = async () => clockOf(await context.metadata.person(), context.now())
  const table = await context.metadata.table(subject.entity)
  const known = formatReference({ entity: subject.entity.name, id: subject.id })
  const callOf = (dates: WrittenRange) => JSON.stringify({ of: known, ...beside, ...dates })
  const range = await readRange({ since, until }, table, { note, clock, callOf })
  return { ...subject, range, kinds, top, written: { since, until }, interpreted: sentences() }
}

type Beside = { readonly args: TimelineArguments; readonly kinds: readonly Kind[] | undefined }

async function nextOf(
  cursor: string,
  { args, kinds }: Beside,
  context: ToolContext,
): Promise<Omit<AskedTimeline, 'top'>> {
  const place = await openPlace(cursor, context.cursors)
  const entity = await context.metadata.entity(place.entity)
  context.about({ entity: entity.name })
  if (args.of !== undefined || args.entity !== undefined) {
    const isGiven = args.of !== undefined
    const named = { of: args.of ?? '', entity: args.entity, beside: { cursor: args.cursor } }
    const subject = isGiven ? await findSubject(named, context) : undefined
    const table = subject?.entity ?? (await context.metadata.entity(args.entity ?? ''))
    const isSame = table.name === entity.name && (subject === undefined || subject.id === place.id)
    if (!isSame) throw ofAnother(`belongs to the timeline of ${place.entity}/${place.id}`)
  }
  checkBeside(args, kinds, place)
  return { ...place, entity, interpreted: [] }
}
