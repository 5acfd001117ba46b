import type { Chart, Point } from './data.ts'

/** A piece of a bar, from one value to another. */
export type Segment = { readonly point: Point; readonly from: number; readonly to: number }
/** A bar: one value, or several of one sum on each other; what is below zero goes down from zero. */
export type Bar = {
  readonly segments: readonly Segment[]
  /** Written at its end; of values on both sides of zero there is none. */
  readonly total: number | undefined
}
export type Cluster = { readonly label: string; readonly bars: readonly Bar[] }

/** The bars of each group: values that add up stand on each other, others side by side. */
export function clustersOf({ groups, series, points, isAdditive }: Chart, mostBars: number): Cluster[] {
  const beside = isAdditive ? 1 : series.length
  return groups.slice(0, Math.max(1, Math.floor(mostBars / beside))).map(({ label }, group) => {
    const own = points.filter((point) => point.group === group).toSorted((a, b) => a.series - b.series)
    if (isAdditive) return { label, bars: [stacked(own)] }
    return { label, bars: series.map((_, at) => stacked(own.filter((point) => point.series === at))) }
  })
}

function stacked(points: readonly Point[]): Bar {
  let above = 0
  let below = 0
  const segments = points.map((point) => {
    const from = point.value < 0 ? below : above
    const to = from + point.value
    if (point.value < 0) below = to
    else above = to
    return { point, from, to }
  })
  const isOneSided = points.length > 0 && (above === 0 || below === 0)
  return { segments, total: isOneSided ? above + below : undefined }
}

/** All values that the axis must reach. */
export function endsOf(clusters: readonly Cluster[]): number[] {
  return clusters.flatMap(({ bars }) => bars.flatMap(({ segments }) => segments.flatMap(({ from, to }) => [from, to])))
}
