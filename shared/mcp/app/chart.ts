import { drawn, element } from './element.ts'
import type { Formats } from './format.ts'
import type { Report } from './report.ts'

type Bar = { readonly label: string; readonly value: number; readonly text: string }
type Drawing = { readonly shapes: readonly SVGElement[]; readonly height: number }

const MOST_BARS = 24
const BAR_PITCH = 44
const BAR_HEIGHT = 16
const COLUMNS_HEIGHT = 180
/** Above a column its amount, below it its label. */
const COLUMNS_TOP = 22
const COLUMNS_FOOT = 24
/** What fits beside an amount at 320 pixels. */
const LONGEST_LABEL = 26
const LONGEST_MONTH = 9
const MOST_LABELS = 6
const DRAWINGS = { bars: drawBars, funnel: drawBars, columns: drawColumns }

/**
 * The picture of a report, or nothing where it has none. It is one image to a screen reader: the table that follows
 * says each number. Lengths are shares of the width, so it needs no measuring and no drawing anew.
 */
export function drawChart(report: Report, formats: Formats): HTMLElement | undefined {
  const { picture } = report
  if (picture.kind === 'table') return undefined
  const bars = barsOf(report, formats)
  if (bars.length === 0) return undefined
  const shown = bars.slice(0, MOST_BARS)
  const { shapes, height } = DRAWINGS[picture.kind](shown, picture.kind === 'funnel')
  const title = (of: string | undefined): string => report.columns.find(({ name }) => name === of)?.title ?? ''
  const what = `${title(picture.value)} by ${title(picture.label).toLowerCase()}`
  const rest = bars.length > shown.length ? ` The first ${shown.length} of ${bars.length} are drawn.` : ''
  const name = `${what}.${rest} The table below has the numbers.`
  const svg = drawn('svg', { role: 'img', 'aria-label': name, width: '100%', height, class: picture.kind }, ...shapes)
  return element('figure', {}, svg, element('figcaption', {}, `${what}.${rest}`))
}

/**
 * One bar for each label: where rows are finer than the picture, their values add up. Amounts of several currencies do
 * not, and a bar would not say so.
 */
function barsOf({ picture, columns, rows }: Report, formats: Formats): Bar[] {
  const label = columns.findIndex(({ name }) => name === picture.label)
  const value = columns.findIndex(({ name }) => name === picture.value)
  const [first = []] = rows
  if (label < 0 || value < 0) return []
  if (rows.some((row) => formats.currencyOf(row, value) !== formats.currencyOf(first, value))) return []
  const sums = new Map<string, number>()
  for (const row of rows) {
    const name = formats.cell(row, label).text
    const amount = formats.cell(row, value).sort ?? 0
    if (typeof amount === 'number') sums.set(name, (sums.get(name) ?? 0) + amount)
  }
  return [...sums].map(([name, sum]) => ({ label: name, value: sum, text: formats.short(sum, first, value) }))
}

/** One bar under its label; in a funnel around the middle. */
function drawBars(bars: readonly Bar[], centred: boolean): Drawing {
  const share = sharesOf(bars)
  const shapes = bars.flatMap((bar, index) => {
    const top = index * BAR_PITCH
    const width = share(bar)
    const x = centred ? (100 - width) / 2 : 0
    return [
      drawn('text', { x: 0, y: top + 15 }, cut(bar.label, LONGEST_LABEL)),
      drawn('text', { x: '100%', y: top + 15, class: 'amount', 'text-anchor': 'end' }, bar.text),
      rectangle(bar, { x: `${x}%`, y: top + 21, width: `${width}%`, height: BAR_HEIGHT }),
    ]
  })
  return { shapes, height: bars.length * BAR_PITCH }
}

/** One column beside the other; where they are many, only some are labelled. */
function drawColumns(bars: readonly Bar[]): Drawing {
  const share = sharesOf(bars)
  const pitch = 100 / bars.length
  const stride = Math.ceil(bars.length / MOST_LABELS)
  const room = COLUMNS_HEIGHT - COLUMNS_TOP - COLUMNS_FOOT
  const floor = COLUMNS_HEIGHT - COLUMNS_FOOT
  const shapes = bars.flatMap((bar, index) => {
    const height = (share(bar) / 100) * room
    const middle = { x: `${(index + 0.5) * pitch}%`, 'text-anchor': 'middle' }
    const labels = [
      drawn('text', { ...middle, y: floor - height - 6, class: 'amount' }, bar.text),
      drawn('text', { ...middle, y: COLUMNS_HEIGHT - 6 }, cut(bar.label, LONGEST_MONTH)),
    ]
    const size = { width: `${pitch * 0.7}%`, height }
    const column = rectangle(bar, { ...size, x: `${(index + 0.15) * pitch}%`, y: floor - height })
    return index % stride === 0 ? [column, ...labels] : [column]
  })
  return { shapes: [drawn('line', { x1: 0, x2: '100%', y1: floor, y2: floor }), ...shapes], height: COLUMNS_HEIGHT }
}

function rectangle(bar: Bar, place: Readonly<Record<string, string | number>>): SVGElement {
  const tip = drawn('title', {}, `${bar.label}: ${bar.text}`)
  return drawn('rect', { ...place, rx: 2, class: bar.value < 0 ? 'negative' : undefined }, tip)
}

/** A bar's share of the longest, in percent; a loss is as long as it is large, and looks like one. */
function sharesOf(bars: readonly Bar[]): (bar: Bar) => number {
  const longest = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE)
  return ({ value }) => Math.round((Math.abs(value) / longest) * 10_000) / 100
}

function cut(text: string, longest: number): string {
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : text
}
