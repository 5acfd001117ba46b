import { drawn } from '../element.ts'
import type { Chart } from './data.ts'
import type { Drawn, Pen } from './marks.ts'
import { type Scale, scaleOf } from './scale.ts'
import { type Cluster, clustersOf, endsOf } from './stacks.ts'

const MOST_COLUMNS = 40
const MOST_TICKS = 5
const NARROW = 480
const TOP = 22
const FOOT = 26
const GAP = 8
/** Of a group's width, the part without columns. */
const BETWEEN = 0.28
const THICKEST = 56
const SHORTEST_LABEL = 56
const LONGEST_LABEL = 140

/** What columns and lines stand in: ticks at the left, labels below. */
export type Field = {
  readonly left: number
  readonly right: number
  readonly y: (value: number) => number
  readonly shapes: readonly SVGElement[]
  readonly height: number
}

/** Columns that stand, each from zero, beside one axis. */
export function drawColumns(chart: Chart, pen: Pen): Drawn {
  const clusters = clustersOf(chart, MOST_COLUMNS)
  const field = fieldOf(chart, endsOf(clusters), pen)
  const pitch = (field.right - field.left) / clusters.length
  const beside = clusters[0]?.bars.length ?? 1
  const thick = Math.min((pitch * (1 - BETWEEN)) / beside, THICKEST)
  const middle = (at: number): number => field.left + (at + 0.5) * pitch
  const start = (at: number, slot: number): number => middle(at) + (slot - beside / 2) * thick
  const marks = clusters.flatMap(({ bars }, at) =>
    bars.flatMap(({ segments }, slot) =>
      segments.map(({ point, from, to }) => {
        const [a, b] = [field.y(from), field.y(to)]
        const place = { x: start(at, slot), width: thick - (beside > 1 ? 1 : 0), y: Math.min(a, b) }
        return pen.mark(point, 'rect', { ...place, height: Math.abs(a - b) })
      }),
    ),
  )
  const labels = drawLabels(
    clusters.map(({ label }, at) => ({ label, x: middle(at) })),
    pitch,
    field,
    pen,
  )
  const amounts = drawAmounts(
    chart,
    clusters,
    pen,
    field,
    beside > 1 ? thick : pitch,
    (at, slot) => start(at, slot) + thick / 2,
  )
  return { shapes: [...field.shapes, ...marks, ...amounts, ...labels], height: field.height, groups: clusters.length }
}

export function fieldOf(chart: Chart, values: readonly number[], { width, measure }: Pen): Field {
  const scale = scaleOf(values, MOST_TICKS, chart.isWhole)
  const texts = scale.ticks.map((tick) => chart.short(tick, scale.step))
  const left = Math.max(...texts.map((text) => measure.width(text))) + GAP
  const height = width < NARROW ? 220 : 280
  const floor = height - FOOT
  const y = (value: number): number => floor - scale.share(value) * (floor - TOP)
  return { left, right: width, y, height, shapes: drawGrid(scale, texts, left, width, y) }
}

function drawGrid(scale: Scale, texts: readonly string[], left: number, right: number, y: Field['y']): SVGElement[] {
  return scale.ticks.flatMap((tick, at) => {
    const place = { x1: left, x2: right, y1: y(tick), y2: y(tick) }
    return [
      drawn('line', { ...place, class: tick === 0 ? 'zero' : 'grid', 'data-value': tick }),
      drawn('text', { x: left - GAP, y: y(tick), dy: '0.35em', class: 'tick', 'text-anchor': 'end' }, texts[at] ?? ''),
    ]
  })
}

type Label = { readonly label: string; readonly x: number }

/** As many labels as have room beside each other, all of them inside the picture. @param pitch between two, in pixels */
export function drawLabels(
  labels: readonly Label[],
  pitch: number,
  { height }: Field,
  { width, measure }: Pen,
): SVGElement[] {
  const most = Math.min(Math.max(pitch - GAP, SHORTEST_LABEL), LONGEST_LABEL)
  const texts = labels.map(({ label }) => measure.cut(label, most))
  const widest = Math.max(...texts.map((text) => measure.width(text)))
  const shapes: SVGElement[] = []
  let free = Number.NEGATIVE_INFINITY
  labels.forEach(({ label, x }, at) => {
    const text = texts[at] ?? ''
    const half = measure.width(text) / 2
    const middle = Math.min(Math.max(x, half), width - half)
    if (at % Math.ceil((widest + GAP) / pitch) !== 0 || middle - half < free) return
    free = middle + half + GAP
    const place = { x: middle, y: height - GAP, class: 'label', 'text-anchor': 'middle' }
    shapes.push(drawn('text', place, text, drawn('title', {}, label)))
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
