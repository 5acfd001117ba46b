import { drawn, element } from '../element.ts'
import type { Talk } from '../words/words.ts'
import type { Chart, Point } from './data.ts'
import type { Measure } from './text-width.ts'

type Place = Readonly<Record<string, string | number | undefined>>
/** What a click on a mark does; nothing where its rows cannot be shown. @param what the mark, in words */
export type OnMark = (rows: readonly number[], what: string) => (() => void) | undefined

/** What a picture is drawn with. */
export type Pen = {
  /** In pixels. */
  readonly width: number
  readonly measure: Measure
  /** A value as it is drawn. It carries what it stands for. */
  readonly mark: (point: Point, tag: 'rect' | 'path', place: Place) => SVGElement
}
export type Drawn = { readonly shapes: readonly SVGElement[]; readonly height: number; readonly groups: number }

export function penFor(chart: Chart, width: number, measure: Measure, talk: Talk, onMark: OnMark | undefined): Pen {
  const isOne = chart.series.length === 1
  return {
    width,
    measure,
    mark: (point, tag, place) => {
      const { group, series, value, text, rows } = point
      const label = chart.groups[group]?.label ?? ''
      const name = chart.series[series] ?? ''
      const what = `${label}${name === '' ? '' : `, ${name}`}: ${text}`
      const act = onMark?.(rows, what)
      const data = { 'data-label': label, 'data-series': name, 'data-value': value, 'data-rows': rows.join(' ') }
      const button = { role: 'button', tabindex: -1, 'aria-label': talk.text('behind', { what }) }
      const colour = isOne ? `one${value < 0 ? ' negative' : ''}` : `s${series}`
      const fill = isOne || tag === 'path' ? undefined : patternOf(series)
      const shape = drawn(
        tag,
        { ...data, ...place, fill, class: `mark ${colour}`, ...(act && button) },
        drawn('title', {}, what),
      )
      if (act) listen(shape, act)
      return shape
    },
  }
}

function listen(shape: SVGElement, act: () => void): void {
  shape.addEventListener('click', act)
  shape.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    act()
  })
}

/** One stop of the Tab key for all marks that are buttons; arrows lead from one to the next. */
export function walkable(picture: SVGElement): void {
  const marks = [...picture.querySelectorAll<SVGElement>('[role="button"]')]
  const steps: Readonly<Record<string, (at: number) => number>> = {
    ArrowRight: (at) => at + 1,
    ArrowDown: (at) => at + 1,
    ArrowLeft: (at) => at - 1,
    ArrowUp: (at) => at - 1,
    Home: () => 0,
    End: () => marks.length - 1,
  }
  marks[0]?.setAttribute('tabindex', '0')
  for (const [at, mark] of marks.entries()) {
    mark.addEventListener('keydown', (event) => {
      const next = marks[steps[event.key]?.(at) ?? -1]
      if (next === undefined) return
      event.preventDefault()
      next.focus()
    })
    mark.addEventListener('focus', () => {
      for (const other of marks) other.setAttribute('tabindex', other === mark ? '0' : '-1')
    })
  }
}

const PATTERN = 'pattern-'
/** Over its colour, each series has a texture of its own; the first has none. */
const TEXTURES = [
  '',
  'M0 8L8 0M-2 2L2-2M6 10L10 6',
  'M2 2h2v2h-2zM6 6h2v2h-2z',
  'M0 1h8M0 5h8',
  'M0 0L8 8M-2 6L2 10M6-2L10 2',
]
const MORE_TEXTURES = ['M1 0v8M5 0v8', 'M0 4L4 0L8 4L4 8Z', 'M0 0h8v8h-8z']
const ALL_TEXTURES = [...TEXTURES, ...MORE_TEXTURES]
/** By its form a point of a line is told from another's: centre at 0, 0. */
const FORMS = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  'M-3.5-3.5h7v7h-7z',
  'M0-5L4.5 3.5h-9z',
  'M0-5L5 0L0 5L-5 0z',
  'M0 5L4.5-3.5h-9z',
  'M-4-1.5h2.5v-2.5h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5z',
  'M-5-2h10v4h-10z',
  'M-2-5h4v10h-4z',
]
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 2', '12 5', '2 6', '6 2 2 2 2 2']

export function formOf(series: number): string {
  return FORMS[series % FORMS.length] ?? ''
}

export function dashOf(series: number): string {
  return DASHES[series % DASHES.length] ?? ''
}

function patternOf(series: number): string {
  return `url(#${PATTERN}${series})`
}

export function drawPatterns(series: readonly string[]): SVGElement {
  const patterns = series.map((_, at) =>
    drawn(
      'pattern',
      { id: `${PATTERN}${at}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
      drawn('rect', { width: 8, height: 8, class: `s${at}` }),
      drawn('path', { d: ALL_TEXTURES[at % ALL_TEXTURES.length] ?? '', class: 'texture' }),
    ),
  )
  return drawn('defs', {}, ...patterns)
}

/** Which series is which; nothing where there is but one. */
export function drawLegend(series: readonly string[], isLines: boolean): HTMLElement | undefined {
  if (series.length < 2) return undefined
  const items = series.map((name, at) => {
    const sample = isLines
      ? [
          drawn('path', { d: 'M0 7h28', class: `line s${at}`, 'stroke-dasharray': dashOf(at) }),
          drawn('path', { d: formOf(at), class: `s${at}`, transform: 'translate(14 7)' }),
        ]
      : [drawn('rect', { width: 28, height: 14, fill: patternOf(at) })]
    return element(
      'li',
      {},
      drawn('svg', { width: 28, height: 14, 'aria-hidden': 'true' }, ...sample),
      element('span', { dir: 'auto' }, name),
    )
  })
  return element('ul', { class: 'legend' }, ...items)
}
