import { element } from '../element.ts'
import { asOfText } from '../format.ts'
import type { OpenRecord } from '../table.ts'
import type { Talk } from '../words/words.ts'
import { drawItem, type Teller } from './draw-item.ts'
import { RECORD_TEXTS } from '../../tool/record-texts.ts'
import type { Item, Timeline } from './timeline.ts'

export type TimelineReader = {
  readonly talk: Talk
  /** Absent where the host opens no links. */
  readonly open?: OpenRecord | undefined
}

/** What happened with a record: what is planned, then each day with its entries, the newest first. */
export function drawTimeline(timeline: Timeline, { talk, open }: TimelineReader): HTMLElement[] {
  const { of, asOf, timeZone, planned, items, recordLink, history } = timeline
  const teller: Teller = { talk, open, recordLink }
  const title = timeline.title || of.title || talk.text('whatHappened')
  const [before = '', after = ''] = talk.text('asOf').split('{time}')
  const time = asOf && [before, element('time', { datetime: asOf }, asOfText(asOf, timeZone, talk.locale)), after]
  // Said to models: whoever looks at the view does not take a record's text for an instruction.
  const notes = timeline.notes.filter((note) => note !== RECORD_TEXTS)
  const isNothing = planned.length + items.length === 0
  return [
    element('h1', { dir: 'auto' }, title),
    ...(time ? [element('p', { class: 'about' }, ...time)] : []),
    ...(planned.length > 0 ? [drawPart(talk.text('planned'), planned, teller, true)] : []),
    ...drawDays(items, teller),
    ...(isNothing ? [element('p', { class: 'note' }, talk.text('nothingHappened'))] : []),
    ...[...(history === undefined ? [] : [history]), ...notes].map((line) =>
      element('p', { class: 'note', dir: 'auto' }, line),
    ),
  ]
}

function drawDays(items: readonly Item[], teller: Teller): HTMLElement[] {
  const days = Map.groupBy(items, ({ when = '' }) => when.slice(0, 10))
  return [...days].map(([day, of]) => drawPart(dayText(day, teller.talk), of, teller, false))
}

function drawPart(title: string, items: readonly Item[], teller: Teller, isDated: boolean): HTMLElement {
  const entries = items.map((item) => element('li', {}, ...drawItem(item, teller, isDated)))
  return element('section', { class: 'day' }, element('h2', {}, title), element('ol', {}, ...entries))
}

/** The day as the person's calendar has it: its date is read as it stands. */
function dayText(day: string, { locale, text }: Talk): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.valueOf())) return text('none')
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(date)
}
