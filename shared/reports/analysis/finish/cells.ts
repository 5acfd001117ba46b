import type { Analysis } from '../model.ts'
import { type Side, SIDES } from '../parse/answer/columns.ts'
import { added, shownFigure, type Figure, type Figures, type Tallies } from './figures.ts'

/** The figures of one row of the answer: by measure, by side. */
export type Cells = readonly Readonly<Record<Side, Figure>>[]

/** @param figures of each side */
export function cellsOf({ measures }: Analysis, figures: readonly Figures[], sides: readonly Tallies[]): Cells {
  const NOTHING: Tallies = new Map()
  return measures.map(({ expression }) => {
    const [now = null, before = null] = figures.map((one, at) => one.of(expression, sides[at] ?? NOTHING))
    const isExact = figures.every((one) => !one.isAtLeast(expression))
    const change = isExact && typeof now === 'number' && typeof before === 'number' ? added(now, -before) : null
    const base = typeof before === 'number' ? Math.abs(before) : 0
    return {
      now: shownFigure(now),
      before: shownFigure(before),
      change: shownFigure(change),
      'change-percent': change === null || base === 0 ? null : Number(((100 * change) / base).toFixed(1)),
    }
  })
}

/** The cells of a row in the order of the columns. */
export function inOrder(cells: Cells, isCompared: boolean): Figure[] {
  return cells.flatMap((cell) => (isCompared ? SIDES.map((side) => cell[side]) : [cell.now]))
}
