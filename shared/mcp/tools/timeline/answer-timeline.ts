import { isoInZone, zoneOf } from '../../../dataverse/local-time.ts'
import { ATTACHMENTS } from '../../../dataverse/records/timeline/kinds.ts'
import type { Place } from '../../../dataverse/records/timeline/when.ts'
import { visibleTexts } from '../../../dataverse/records/visible-text.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { recordsOf, type RecordsRead } from '../../../dataverse/records/records-read.ts'
import { plainLine } from '../../tool/plain-text.ts'
import { bytesForRows } from '../../tool/result.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { askedTimeline, type AskedTimeline, type PagedArguments } from './asked/asked.ts'
import { fitItems } from './fit.ts'
import { entryItem, itemOf, type Telling } from './items.ts'
import { historyText } from './changes/history-text.ts'
import { leftOut } from './notes.ts'
import { sealPlace } from './asked/place.ts'
import { plannedLeft } from './planned-left.ts'
import { readTimeline, type ReadTimeline } from './read/read-timeline.ts'
import { timelineText } from './timeline-text.ts'
import type { Item, Told } from './timeline.ts'

const LONGEST_TITLE = 200
/** Of the sentences that tell what did not fit. */
const NOTE_BYTES = 300
/** Keys of the answer that hold what anybody may have written. */
const OF_RECORDS = ['title', 'text', 'from', 'to', 'name']
const MORE = 'there may be more that you may not see.'
const NOTHING = `Nothing that you may see is there: ${MORE}`
const NOTHING_THEN = `Nothing that you may see is there in that time: ${MORE}`
/** Where changes alone are asked for and nobody may tell of any, that there are none is not known. */
const UNKNOWN = 'Whether anything was changed is not known here.'

/** Reads a timeline and tells a page of it. @throws QueryError, DataverseError */
export async function answerTimeline(given: PagedArguments, context: ToolContext): Promise<ToolOutcome<Told>> {
  const asked = await askedTimeline(given, context)
  const { timeZone } = await context.metadata.person()
  const zone = zoneOf(timeZone.name)
  const read = await readTimeline(asked, zone.iana, context)
  const telling = { of: asked.id, zone: zone.iana, now: context.now() }
  const frame = frameOf(asked, read, { ...telling, isKnown: zone.known }, context)
  return await paged({ asked, read, frame, telling }, context)
}

type Frame = Omit<Told, 'items' | 'planned' | 'more' | 'cursor'>

function frameOf(
  { entity, id, range, interpreted }: AskedTimeline,
  read: ReadTimeline,
  { zone, now, isKnown }: Telling & { readonly isKnown: boolean },
  { dataverseUrl }: ToolContext,
): Frame {
  const named = entity.nameColumn === undefined ? undefined : read.row[entity.nameColumn]
  const title = plainLine(typeof named === 'string' ? named : '', LONGEST_TITLE) || '(no name)'
  const notes = [
    ...leftOut(read),
    ...(isKnown ? [] : ['The time zone of the person is not known here: times are UTC.']),
  ]
  return {
    of: { id: formatReference({ entity: entity.name, id }), title },
    asOf: isoInZone(now, zone),
    ...(isKnown && { timeZone: zone }),
    ...(range.since !== undefined && { since: isoInZone(range.since, zone) }),
    ...(range.until !== undefined && { until: isoInZone(range.until, zone) }),
    history: historyText(read.audit, read.histories, read.records),
    notes,
    ...(interpreted.length > 0 && { interpreted: [...interpreted] }),
    recordLink: `${dataverseUrl}/main.aspx?pagetype=entityrecord&etn={entity}&id={id}`,
  }
}

type Page = {
  readonly asked: AskedTimeline
  readonly read: ReadTimeline
  readonly frame: Frame
  readonly telling: Telling
}

/** As much of the page as fits, with the way on in both channels: a text shows fewer items, and goes on behind those. */
async function paged({ asked, read, frame, telling }: Page, context: ToolContext): Promise<ToolOutcome<Told>> {
  const entries = read.happened.map((one) => ({ place: one.place, item: entryItem(one, read.bodies, telling) }))
  const all = visibleTexts({
    planned: read.planned.map((head) => itemOf(head, read.bodies, telling)),
    items: entries.map(({ item }) => item),
  })
  const sealed = async (behind: Place | undefined): Promise<string | undefined> =>
    behind && (await sealPlace({ ...asked, entity: asked.entity.name, behind }, context.cursors))
  const longest = (await sealed(read.end))?.length ?? 0
  const room = { ...frame, cursor: 'x'.repeat(longest), said: 'x'.repeat(NOTE_BYTES) }
  const { planned, items } = fitItems(all, bytesForRows(context.limits.resultBytes, room), bytesOf)
  const isMore = items.length < entries.length || read.left > 0
  const none = planned.length + items.length === 0 && !isMore ? nothing(asked, read) : []
  const left = (shown: readonly Item[], all: number): string[] => leftPlanned(shown, all, read, telling)
  const notes = [...(frame.notes ?? []), ...left(planned, read.plannedLeft + read.planned.length), ...none]
  const { notes: _notes, recordLink, ...head } = frame
  const told = {
    ...head,
    ...(notes.length > 0 && { notes }),
    ...(planned.length > 0 && { planned: [...planned] }),
    items: [...items],
    recordLink,
  }
  const text = timelineText(told, longest, (shown) => left(shown, planned.length))
  const cursorBehind = async (count: number): Promise<string | undefined> =>
    count < entries.length
      ? await sealed(entries[count - 1]?.place)
      : read.left > 0
        ? await sealed(read.end)
        : undefined
  const cursor = await cursorBehind(items.length)
  const structured: Told = { ...told, more: isMore, ...(cursor !== undefined && { cursor }) }
  return {
    structured,
    rows: planned.length + items.length,
    records: recordsIn(asked, [...planned, ...items], read),
    memos: OF_RECORDS,
    text: text.with(text.shown === items.length ? cursor : await cursorBehind(text.shown)),
  }
}

function leftPlanned(shown: readonly Item[], all: number, read: ReadTimeline, { now }: Telling): string[] {
  const isByTop = shown.length === read.planned.length
  return plannedLeft({ count: all - shown.length, shown, isOneKind: read.kinds.isOne, isByTop, now })
}

function bytesOf(item: Item): number {
  return Buffer.byteLength(JSON.stringify(item)) + 1
}

function nothing({ behind, range, kinds }: AskedTimeline, { histories }: ReadTimeline): string[] {
  if (behind) return []
  if (histories?.refused && kinds?.every((kind) => kind === 'change')) return [UNKNOWN]
  return [range.since === undefined && range.until === undefined ? NOTHING : NOTHING_THEN]
}

/** The record itself, and what is told of it, by table: of a change the record that was changed. */
function recordsIn(
  { entity, id }: AskedTimeline,
  items: readonly Item[],
  { bodies, index }: ReadTimeline,
): RecordsRead[] {
  const attachment = index.byName.get(ATTACHMENTS)
  const files = items.flatMap(({ id: of = '' }) => bodies.files.get(of.split('/')[1] ?? '') ?? [])
  const told = items.flatMap((item) => item.id ?? item.on?.id ?? []).map((reference) => reference.split('/'))
  const byTable = Map.groupBy(told, ([table = '']) => table)
  return [
    { entity: entity.name, ids: [id] },
    ...[...byTable].map(([table, ids]) => ({ entity: table, ids: ids.map(([, one = '']) => one) })),
    ...(attachment && files.length > 0 ? [recordsOf(attachment, files)] : []),
  ]
}
