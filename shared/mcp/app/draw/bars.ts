import { drawn } from '../element.ts'
import type { Chart } from './data.ts'
import type { Drawn, Pen } from './marks.ts'
import { type Scale, scaleOf } from './scale.ts'
import { clustersOf, endsOf, type Bar, type Cluster } from './stacks.ts'

const MOST_BARS = 24
const MOST_TICKS = 5
/** From here on labels stand beside their bars, else above them. */
const WIDE = 480
const LABELS_SHARE = 0.34
const GAP = 8
const LINE = 20
const FOOT = 26

type Frame = { readonly left: number; readonly right: number; readonly gutter: number }
type Rows = {
  readonly tops: readonly number[]
  readonly height: number
  readonly thick: number
  readonly above: number
}

/** Bars that lie, each from zero, over one axis. */
export function drawBars(chart: Chart, pen: Pen): Drawn {
  const clusters = clustersOf(chart, MOST_BARS)
  const frame = frameOf(chart, clusters, pen)
  const scale = fittingScale(chart, endsOf(clusters), frame, pen)
  const x = (value: number): number => frame.left + scale.share(value) * (frame.right - frame.left)
  const rows = rowsOf(clusters, frame)
  const shapes = clusters.flatMap(({ label, bars }, at) => {
    const top = rows.tops[at] ?? 0
    const texts = bars.flatMap((bar, slot) => amountOf(bar, chart, x, top + rows.above + (slot + 0.5) * rows.thick))
    return [
      drawLabel(label, frame, pen, top + (rows.above > 0 ? LINE / 2 : (bars.length * rows.thick) / 2)),
      ...texts,
      ...bars.flatMap(({ segments }, slot) =>
        segments.map(({ point, from, to }) => {
          const start = Math.min(x(from), x(to))
          const place = { x: start, width: Math.abs(x(to) - x(from)), y: top + rows.above + slot * rows.thick + 1 }
          return pen.mark(point, 'rect', { ...place, height: rows.thick - 2 })
        }),
      ),
    ]
  })
  const grid = drawGrid(chart, scale, x, rows.height, pen)
  return { shapes: [...grid, ...shapes], height: rows.height + FOOT, groups: clusters.length }
}

/** Bars around a middle, as wide as their values. */
export function drawFunnel(chart: Chart, pen: Pen): Drawn {
  const clusters = clustersOf(chart, MOST_BARS)
  const beside = frameOf(chart, clusters, pen)
  // Where labels stand above, amounts do too.
  const frame = beside.gutter > 0 ? beside : { ...beside, right: pen.width }
  const rows = rowsOf(clusters, frame)
  const highest = Math.max(...chart.points.map(({ value }) => value), Number.MIN_VALUE)
  const shapes = clusters.flatMap(({ label, bars }, at) => {
    const top = rows.tops[at] ?? 0
    const middle = top + rows.above + rows.thick / 2
    return [
      drawLabel(label, frame, pen, rows.above > 0 ? top + LINE / 2 : middle),
      ...bars.flatMap(({ segments, total }) => [
        ...(total === undefined
          ? []
          : [drawText(chart.short(total), pen.width, frame.gutter > 0 ? middle : top + LINE / 2, 'end')]),
        ...segments.map(({ point }) => {
          const width = (point.value / highest) * (frame.right - frame.left)
          const x = (frame.left + frame.right - width) / 2
          return pen.mark(point, 'rect', { x, width, y: top + rows.above + 1, height: rows.thick - 2 })
        }),
      ]),
    ]
  })
  return { shapes, height: rows.height, groups: clusters.length }
}

/** Room for labels before the bars where there is width for them, and for amounts at both ends. */
function frameOf(chart: Chart, clusters: readonly Cluster[], { width, measure }: Pen): Frame {
  const widest = Math.max(...clusters.map(({ label }) => measure.width(label)))
  const gutter = width >= WIDE ? Math.min(widest, width * LABELS_SHARE) + GAP * 1.5 : 0
  const totals = clusters.flatMap(({ bars }) => bars.flatMap(({ total }) => (total === undefined ? [] : [total])))
  const room = (values: readonly number[]): number =>
    Math.max(0, ...values.map((value) => measure.width(chart.short(value)) + GAP))
  return {
    gutter,
    left: gutter + room(totals.filter((total) => total < 0)),
    right: width - Math.max(room(totals.filter((total) => total >= 0)), GAP * 2),
  }
}

function rowsOf(clusters: readonly Cluster[], { gutter }: Frame): Rows {
  const beside = clusters[0]?.bars.length ?? 1
  const thick = beside > 1 ? 14 : gutter > 0 ? 22 : 18
  const above = gutter > 0 ? 0 : LINE
  const pitch = above + beside * thick + (gutter > 0 && beside === 1 ? 8 : 12)
  return { tops: clusters.map((_, at) => at * pitch), height: clusters.length * pitch, thick, above }
}

/** As many ticks as have room beside each other. */
function fittingScale(chart: Chart, values: readonly number[], { left, right }: Frame, { measure }: Pen): Scale {
  for (let most = MOST_TICKS; ; most -= 1) {
    const scale = scaleOf(values, most, chart.isWhole)
    const widest = Math.max(...scale.ticks.map((tick) => measure.width(chart.short(tick, scale.step))))
    if (most <= 3 || (right - left) / (scale.ticks.length - 1) > widest + GAP * 1.5) return scale
  }
}

function drawGrid(chart: Chart, scale: Scale, x: (value: number) => number, height: number, pen: Pen): SVGElement[] {
  return scale.ticks.flatMap((tick) => {
    const text = chart.short(tick, scale.step)
    const half = pen.measure.width(text) / 2
    const middle = Math.min(Math.max(x(tick), half), pen.width - half)
    return [
      drawn('line', {
        x1: x(tick),
        x2: x(tick),
        y1: 0,
        y2: height,
        class: tick === 0 ? 'zero' : 'grid',
        'data-value': tick,
      }),
      drawn('text', { x: middle, y: height + FOOT - GAP, class: 'tick', 'text-anchor': 'middle' }, text),
    ]
  })
}

function drawLabel(label: string, { gutter }: Frame, { width, measure }: Pen, y: number): SVGElement {
  const text = measure.cut(label, gutter > 0 ? gutter - GAP * 1.5 : width * 0.75)
  return drawn('text', { x: 0, y, dy: '0.35em', class: 'label' }, text, drawn('title', {}, label))
}

function drawText(text: string, x: number, y: number, anchor: 'start' | 'end'): SVGElement {
  return drawn('text', { x, y, dy: '0.35em', class: 'amount', 'text-anchor': anchor }, text)
}

function amountOf({ total, segments }: Bar, chart: Chart, x: (value: number) => number, y: number): SVGElement[] {
  if (segments.length === 0 && chart.isAdditive) return [drawText('–', x(0) + GAP / 2, y, 'start')]
  if (total === undefined) return []
  const text = chart.short(total)
  return [total < 0 ? drawText(text, x(total) - GAP / 2, y, 'end') : drawText(text, x(total) + GAP / 2, y, 'start')]
}
