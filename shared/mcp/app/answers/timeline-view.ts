import { element } from '../element.ts'
import type { Arguments } from './behind.ts'
import { drawTimeline, type TimelineReader } from './draw-timeline.ts'
import { action, busy, failed } from './rows-view.ts'
import { readTimeline, type Timeline } from './timeline.ts'

export type TimelineDeps = TimelineReader & {
  readonly place: HTMLElement
  /** Makes a call of `timeline` as the person; absent where the host makes none. */
  readonly call?: ((args: Arguments) => Promise<unknown>) | undefined
  /** The call that gave it. */
  readonly asked: Arguments | undefined
  /** Told of a timeline with the entries of a further page. */
  readonly longer: (timeline: Timeline) => void
}

/** A timeline, and a button for what was before. */
export function showTimeline(timeline: Timeline, deps: TimelineDeps): void {
  deps.place.replaceChildren(...drawTimeline(timeline, deps), ...earlierOf(timeline, deps))
}

function earlierOf(timeline: Timeline, { talk, call, asked, place, longer }: TimelineDeps): HTMLElement[] {
  const { cursor, more } = timeline
  if (call === undefined || asked === undefined || cursor === undefined || !more) return []
  const said = element('div', { role: 'status' })
  const button = action(talk.text('more'), () => {
    if (button.getAttribute('aria-disabled') === 'true') return
    busy(button, true)
    void call({ ...asked, cursor }).then((result) => {
      if (!button.isConnected) return
      busy(button, false)
      const next = readTimeline(result)
      if (next === undefined) {
        said.replaceChildren(...failed('', talk))
        return
      }
      const shown = place.querySelectorAll('.entry').length
      longer({ ...timeline, items: [...timeline.items, ...next.items], more: next.more, cursor: next.cursor })
      focusEntry(place, shown)
    })
  })
  return [element('div', { class: 'more' }, button, said)]
}

/** Whoever asked for more reads on where it begins. */
function focusEntry(place: HTMLElement, at: number): void {
  const entry = place.querySelectorAll<HTMLElement>('.entry')[at]
  entry?.setAttribute('tabindex', '-1')
  entry?.focus()
}
