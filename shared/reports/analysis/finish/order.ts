import type { Analysis, Key } from '../model.ts'
import type { AnswerOrder } from '../parse/answer/parse-orders.ts'
import type { Cells } from './cells.ts'
import type { Figure } from './figures.ts'

/** A row of the answer that can be put in order. */
export type Orderable = { readonly keys: readonly Key[]; readonly cells: Cells; readonly labels: readonly string[] }

const BY_NAME = new Intl.Collator('en', { numeric: true })

/**
 * In the order asked for; else by time and size where rows are grouped by dates or bands first, and by the first figure,
 * the greatest first. Nothing comes last, and of what is equal the labels decide.
 */
export function inOrderOf<T extends Orderable>(
  rows: readonly T[],
  analysis: Analysis,
  orders: readonly AnswerOrder[],
): T[] {
  const asked = orders.length > 0 ? orders : usualOrders(analysis)
  return rows.toSorted((one, other) => {
    for (const { by, descending } of asked) {
      const [left, right] = [valueOf(one, by), valueOf(other, by)]
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1
        continue
      }
      const difference = compare(left, right)
      if (difference !== 0) return descending ? -difference : difference
    }
    return compareLabels(one, other)
  })

  function valueOf({ keys, cells, labels }: T, by: AnswerOrder['by']): Figure {
    if (by.kind === 'measure') return cells[by.at]?.[by.side] ?? null
    const key = keys[by.at]
    if (key === null || key === undefined) return null
    return isInTime(analysis, by.at) ? (typeof key === 'boolean' ? Number(key) : key) : (labels[by.at] ?? null)
  }
}

/** Dates and bands have keys in an order of their own; all else goes by what is shown. */
function isInTime({ groups }: Analysis, at: number): boolean {
  return groups[at]?.kind !== 'column'
}

/** Whether rows come in the order of time, as nothing else was asked for. */
export function isTimeline({ groups }: Analysis, orders: readonly AnswerOrder[]): boolean {
  const [first, ...others] = groups
  return orders.length === 0 && others.length === 0 && first?.kind === 'date'
}

function usualOrders(analysis: Analysis): AnswerOrder[] {
  const leading = analysis.groups.findIndex((_group, at) => !isInTime(analysis, at))
  const count = leading < 0 ? analysis.groups.length : leading
  return [
    ...Array.from({ length: count }, (_one, at): AnswerOrder => ({ by: { kind: 'group', at }, descending: false })),
    { by: { kind: 'measure', at: 0, side: 'now' }, descending: true },
  ]
}

function compare(left: string | number, right: string | number): number {
  return typeof left === 'number' && typeof right === 'number'
    ? left - right
    : BY_NAME.compare(String(left), String(right))
}

function compareLabels({ labels }: Orderable, { labels: other }: Orderable): number {
  for (const [at, label] of labels.entries()) {
    const difference = BY_NAME.compare(label, other[at] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}
