import { drawn } from '../element.ts'
import { axisOf, fieldOf } from './columns.ts'
import type { Chart, Group, Point } from './data.ts'
import { dashOf, type Drawn, formOf, type Pen } from './marks.ts'

const MARGIN = 10
/** Beyond so many a group, points would hide their line. */
const MOST_FULL_POINTS = 40

/** A line for each series; where a value is missing it is broken. Groups of dates stand where their dates are. */
export function drawLines(chart: Chart, pen: Pen): Drawn {
  const places = placesOf(chart.groups)
  const points = chart.points.filter(({ group }) => places.has(group))
  const values = points.map(({ value }) => value)
  const axis = axisOf(chart, values, pen)
  const room = pen.width - axis.left - MARGIN * 2
  const x = (group: number): number => axis.left + MARGIN + (places.get(group) ?? 0) * room
  const labels = [...places.keys()].map((group) => ({ label: chart.groups[group]?.label ?? '', x: x(group) }))
  const field = fieldOf(axis, labels, room / Math.max(1, labels.length - 1), chart, pen)
  const size = places.size > MOST_FULL_POINTS ? 0.6 : 1
  const shapes = chart.series.flatMap((_, series) => {
    const own = points.filter((point) => point.series === series).toSorted((a, b) => x(a.group) - x(b.group))
    const d = pathOf(own, [...places.keys()], x, field.y)
    const style = chart.series.length === 1 ? 'one' : `s${series}`
    return [
      drawn('path', { d, class: `line ${style}`, 'stroke-dasharray': dashOf(series) }),
      ...own.map((point) => {
        const transform = `translate(${x(point.group)} ${field.y(point.value)})${size === 1 ? '' : ` scale(${size})`}`
        return pen.mark(point, 'path', { d: formOf(series), transform })
      }),
    ]
  })
  return { shapes: [...field.shapes, ...shapes], height: field.height, groups: chart.groups.length }
}

/** From 0 to 1, in the order of time; a group that has no time among such that have stands on no axis of time. */
export function placesOf(groups: readonly Group[]): Map<number, number> {
  const timed = groups.flatMap(({ time }, at) => (time === undefined ? [] : [{ at, time }]))
  if (timed.length === 0)
    return new Map(groups.map((_, at) => [at, groups.length > 1 ? at / (groups.length - 1) : 0.5]))
  const ordered = timed.toSorted((a, b) => a.time - b.time)
  const first = ordered[0]?.time ?? 0
  const span = (ordered.at(-1)?.time ?? 0) - first
  return new Map(ordered.map(({ at, time }) => [at, span > 0 ? (time - first) / span : 0.5]))
}

function pathOf(
  own: readonly Point[],
  order: readonly number[],
  x: (group: number) => number,
  y: (value: number) => number,
): string {
  const byGroup = new Map(own.map((point) => [point.group, point]))
  let isBroken = true
  return order
    .map((group) => {
      const point = byGroup.get(group)
      const step = point && `${isBroken ? 'M' : 'L'}${x(group)} ${y(point.value)}`
      isBroken = point === undefined
      return step ?? ''
    })
    .join('')
}
