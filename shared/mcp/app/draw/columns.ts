import { drawn } from '../element.ts'
import type { Chart } from './data.ts'
import type { Drawn, Pen } from './marks.ts'
import { type Scale, scaleOf } from './scale.ts'
import { type Cluster, clustersOf, endsOf } from './stacks.ts'

const MOST_COLUMNS = 40
const MOST_TICKS = 5
const NARROW = 480
const TOP = 22
const LINE = 16
const MOST_LINES = 3
const GAP = 8
/** Of a group's width, the part without columns. */
const BETWEEN = 0.28
const THICKEST = 56
const SHORTEST_LABEL = 56
const LONGEST_LABEL = 140

type Axis = { readonly scale: Scale; readonly texts: readonly string[]; readonly left: number }
/** What columns and lines stand in: ticks at the left, labels below. */
export type Field = {
  readonly y: (value: number) => number
  readonly shapes: readonly SVGElement[]
  readonly height: number
}
type Label = { readonly label: string; readonly x: number }

/** Columns that stand, each from zero, beside one axis. */
export function drawColumns(chart: Chart, pen: Pen): Drawn {
  const clusters = clustersOf(chart, MOST_COLUMNS)
  const axis = axisOf(chart, endsOf(clusters), pen)
  const pitch = (pen.width - axis.left) / clusters.length
  const beside = clusters[0]?.bars.length ?? 1
  const thick = Math.min((pitch * (1 - BETWEEN)) / beside, THICKEST)
  const middle = (at: number): number => axis.left + (at + 0.5) * pitch
  const start = (at: number, slot: number): number => middle(at) + (slot - beside / 2) * thick
  const labels = clusters.map(({ label }, at) => ({ label, x: middle(at) }))
  const field = fieldOf(axis, labels, pitch, chart, pen)
  const marks = clusters.flatMap(({ bars }, at) =>
    bars.flatMap(({ segments }, slot) =>
      segments.map(({ point, from, to }) => {
        const [a, b] = [field.y(from), field.y(to)]
        const place = { x: start(at, slot), width: thick - (beside > 1 ? 1 : 0), y: Math.min(a, b) }
        return pen.mark(point, 'rect', { ...place, height: Math.abs(a - b) })
      }),
    ),
  )
  const room = beside > 1 ? thick : pitch
  const amounts = drawAmounts(chart, clusters, pen, field, room, (at, slot) => start(at, slot) + thick / 2)
  return { shapes: [...field.shapes, ...marks, ...amounts], height: field.height, groups: clusters.length }
}

/** As wide as its widest tick. */
export function axisOf(chart: Chart, values: readonly number[], { measure }: Pen): Axis {
  const scale = scaleOf(values, MOST_TICKS, chart.isWhole)
  const texts = scale.ticks.map((tick) => chart.short(tick, scale.step))
  return { scale, texts, left: Math.max(...texts.map((text) => measure.width(text))) + GAP }
}

/** @param pitch between two labels, in pixels */
export function fieldOf(axis: Axis, labels: readonly Label[], pitch: number, chart: Chart, pen: Pen): Field {
  const { width, measure } = pen
  // A date that is cut is none; of others, each is named.
  const isOrdered = chart.groups.some(({ time }) => time !== undefined)
  const most = Math.min(isOrdered ? LONGEST_LABEL : Math.max(pitch - GAP, SHORTEST_LABEL), LONGEST_LABEL)
  const broken = labels.map(({ label }) => measure.lines(label, most, isOrdered ? 1 : MOST_LINES))
  const lines = Math.max(1, ...broken.map(({ length }) => length))
  const floor = width < NARROW ? 194 : 254
  const y = (value: number): number => floor - axis.scale.share(value) * (floor - TOP)
  const grid = axis.scale.ticks.flatMap((tick, at) => {
    const ends = { x1: axis.left, x2: width, y1: y(tick), y2: y(tick) }
    const text = { x: axis.left - GAP, y: y(tick), dy: '0.35em', class: 'tick', 'text-anchor': 'end' }
    return [
      drawn('line', { ...ends, class: tick === 0 ? 'zero' : 'grid', 'data-value': tick }),
      drawn('text', text, axis.texts[at] ?? ''),
    ]
  })
  const written = drawLabels(labels, broken, pitch, floor, pen)
  return { y, height: floor + GAP + lines * LINE + 2, shapes: [...grid, ...written] }
}

/** As many labels as have room beside each other, all of them inside the picture. */
function drawLabels(
  labels: readonly Label[],
  broken: readonly (readonly string[])[],
  pitch: number,
  floor: number,
  { width, measure }: Pen,
): SVGElement[] {
  const widths = broken.map((lines) => Math.max(...lines.map((line) => measure.width(line))))
  const stride = Math.ceil((Math.max(...widths) + GAP) / pitch)
  const shapes: SVGElement[] = []
  let free = Number.NEGATIVE_INFINITY
  labels.forEach(({ label, x }, at) => {
    const half = (widths[at] ?? 0) / 2
    const middle = Math.min(Math.max(x, half), width - half)
    if (at % stride !== 0 || middle - half < free) return
    free = middle + half + GAP
    const lines = (broken[at] ?? []).map((line, of) =>
      drawn('tspan', { x: middle, y: floor + GAP + LINE * (of + 0.8) }, line),
    )
    shapes.push(drawn('text', { class: 'label', 'text-anchor': 'middle' }, ...lines, drawn('title', {}, label)))
  })
  return shapes
}

/** Above their columns, or below those below zero; none where one would touch another. */
function drawAmounts(
  chart: Chart,
  clusters: readonly Cluster[],
  { measure }: Pen,
  { y }: Field,
  pitch: number,
  middle: (at: number, slot: number) => number,
): SVGElement[] {
  const amounts = clusters.flatMap(({ bars }, at) =>
    bars.flatMap(({ total }, slot) => (total === undefined ? [] : [{ total, at, slot, text: chart.short(total) }])),
  )
  if (amounts.some(({ text }) => measure.width(text) + GAP / 2 > pitch)) return []
  return amounts.map(({ total, at, slot, text }) => {
    const place = { x: middle(at, slot), y: y(total) + (total < 0 ? 16 : -6), 'text-anchor': 'middle' }
    return drawn('text', { ...place, class: 'amount' }, text)
  })
}
