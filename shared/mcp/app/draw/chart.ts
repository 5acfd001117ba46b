import { drawn, element } from '../element.ts'
import type { Formats } from '../format.ts'
import type { Report } from '../report.ts'
import type { Talk } from '../words/words.ts'
import { drawBars, drawFunnel } from './bars.ts'
import { type Chosen, type Drawing, drawingsOf, firstDrawing, measuresOf, wantedOf } from './choices.ts'
import { chooseDrawing, chooseMeasure } from './chooser.ts'
import { drawColumns } from './columns.ts'
import { type Chart, chartOf, inSteps, type Wanted } from './data.ts'
import { drawLines } from './lines.ts'
import { drawLegend, drawPatterns, type OnMark, penFor, walkable } from './marks.ts'
import { measureFor } from './text-width.ts'

export type Drawer = {
  readonly talk: Talk
  readonly formats: Formats
  /** Written by the person's choices, and read when the answer is drawn anew. */
  readonly chosen: Chosen
  /** Absent where no mark opens anything: the picture is then one image, and the table says each number. */
  readonly onMark?: OnMark | undefined
}
type Parts = {
  readonly choosers: HTMLElement
  readonly caption: HTMLElement
  readonly picture: HTMLElement
  /** Without height, so that only a new width is a new size. */
  readonly ruler: HTMLElement
}

const WAYS = { bars: drawBars, columns: drawColumns, lines: drawLines, funnel: drawFunnel } as const
const MOST_WIDTH = 704
const LEAST_WIDTH = 200

/** The picture of a report with what changes it, or nothing where no column of it can be drawn. */
export function drawPicture(report: Report, drawer: Drawer): HTMLElement | undefined {
  const measures = measuresOf(report)
  if (measures.length === 0 || report.rows.length === 0 || !wantedOf(report, measures[0] ?? 0)) return undefined
  const parts: Parts = {
    choosers: element('div', { class: 'choosers' }),
    caption: element('figcaption', { 'aria-live': 'polite' }),
    picture: element('div', { class: 'picture' }),
    ruler: element('div'),
  }
  const { choosers, caption, ruler, picture } = parts
  const redraw = (): void => draw(report, measures, drawer, parts, redraw)
  redraw()
  watch(ruler, () => draw(report, measures, drawer, parts, redraw, true))
  return element('figure', {}, choosers, caption, ruler, picture)
}

/** @param isSame where only the width is another: what has the focus keeps it, and nothing is said anew */
function draw(
  report: Report,
  measures: readonly number[],
  drawer: Drawer,
  parts: Parts,
  redraw: () => void,
  isSame = false,
): void {
  const { talk, chosen, formats } = drawer
  const value = measures.find((at) => report.columns[at]?.name === chosen.value) ?? measures[0] ?? 0
  const wanted = wantedOf(report, value)
  if (wanted === undefined) return
  const chart = chartOf(report, wanted, formats, talk)
  const offered = typeof chart === 'string' ? (['table'] as const) : drawingsOf(report, wanted, chart)
  const drawing = offered.find((one) => one === chosen.drawing) ?? firstDrawing(report, wanted, offered)
  if (!isSame) fillChoosers({ report, measures, drawer, parts, redraw }, value, offered, drawing, isStacked(chart))
  if (typeof chart === 'string' || drawing === 'table') {
    parts.picture.replaceChildren()
    // What is to be a table is one of its own accord; of all else it is said why it is one.
    parts.caption.textContent = typeof chart === 'string' && report.picture.kind !== 'table' ? talk.text(chart) : ''
    return
  }
  const width = widthFor(parts.ruler)
  const shown = drawing === 'funnel' ? inSteps(chart) : chart
  const pen = penFor(shown, width, measureFor(document.documentElement), talk, drawer.onMark)
  const { shapes, height, groups } = WAYS[drawing](shown, pen)
  const caption = captionOf(report, wanted, chart, groups, talk)
  if (parts.caption.textContent !== caption) parts.caption.textContent = caption
  const svg = drawn(
    'svg',
    {
      role: drawer.onMark ? 'group' : 'img',
      'aria-label': `${caption} ${talk.text('tableHas')}`,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      class: drawing,
    },
    ...(chart.series.length > 1 ? [drawPatterns(chart.series)] : []),
    ...shapes,
  )
  place(svg, drawLegend(chart.series, drawing === 'lines'), parts.picture)
}

/** The mark that had the focus has it again. */
function place(svg: SVGElement, legend: HTMLElement | undefined, picture: HTMLElement): void {
  const buttons = (): SVGElement[] => [...picture.querySelectorAll<SVGElement>('[role="button"]')]
  const at = buttons().findIndex((button) => button === document.activeElement)
  picture.replaceChildren(...(legend ? [legend] : []), svg)
  walkable(svg)
  buttons()[at]?.focus()
}

function isStacked(chart: Chart | string): boolean {
  return typeof chart !== 'string' && chart.series.length > 1 && chart.isAdditive
}

type Picture = {
  readonly report: Report
  readonly measures: readonly number[]
  readonly drawer: Drawer
  readonly parts: Parts
  readonly redraw: () => void
}

function fillChoosers(
  { report, measures, drawer, parts, redraw }: Picture,
  value: number,
  offered: readonly Drawing[],
  drawing: Drawing,
  stacked: boolean,
): void {
  const { talk, chosen } = drawer
  const title = (at: number): string => report.columns[at]?.title ?? ''
  const options = measures.map((at) => ({ value: report.columns[at]?.name ?? '', text: title(at) }))
  const focused = document.activeElement
  const picked = parts.choosers.contains(focused) ? focused?.tagName : undefined
  const drawings = chooseDrawing(offered, drawing, stacked, talk, (one) => {
    chosen.drawing = one
    redraw()
  })
  const measured = chooseMeasure(options, report.columns[value]?.name ?? '', talk, (one) => {
    chosen.value = one
    redraw()
  })
  parts.choosers.replaceChildren(...(offered.length > 1 ? [drawings] : []), ...(measures.length > 1 ? [measured] : []))
  if (picked === 'INPUT') parts.choosers.querySelector<HTMLElement>('input:checked')?.focus()
  else if (picked !== undefined) parts.choosers.querySelector('select')?.focus()
}

function captionOf({ columns }: Report, wanted: Wanted, chart: Chart, groups: number, talk: Talk): string {
  const title = (at: number): string => columns[at]?.title ?? ''
  const titles = { value: title(wanted.value), label: title(wanted.label), series: title(wanted.series) }
  const what = `${talk.text(wanted.series < 0 ? 'by' : 'byTwo', titles)}.`
  const all = new Intl.NumberFormat(talk.locale).format(chart.groups.length)
  const rest = groups < chart.groups.length ? [talk.count('firstDrawn', groups, { all })] : []
  return [what, ...rest, ...chart.left].join(' ')
}

/** Of a picture: that of its ruler, or of the whole page as long as the ruler is not in it. */
function widthFor({ clientWidth }: HTMLElement): number {
  const most = clientWidth || document.querySelector('main')?.clientWidth || MOST_WIDTH
  return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, most))
}

/** Calls back at each width other than that of now, for as long as the element is in the page. */
function watch(ruler: HTMLElement, changed: () => void): void {
  // The page may have another width before the ruler is first seen in it.
  let width = widthFor(ruler)
  const observer = new ResizeObserver(() => {
    if (!ruler.isConnected) {
      observer.disconnect()
      return
    }
    const now = widthFor(ruler)
    if (width !== now) changed()
    width = now
  })
  observer.observe(ruler)
}
