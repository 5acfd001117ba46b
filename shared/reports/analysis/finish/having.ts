import { COMPARE } from '../compute/row-tests.ts'
import type { Having } from '../parse/answer/parse-having.ts'
import type { Cells } from './cells.ts'
import type { Figure } from './figures.ts'

/** Whether a row is one that was asked for; as in SQL, what is compared with nothing is neither true nor false. */
export function isHad(having: Having, cells: Cells): boolean {
  return truthOf(having, cells) === true
}

function truthOf(having: Having, cells: Cells): boolean | undefined {
  if (having.kind === 'not') {
    const truth = truthOf(having.of, cells)
    return truth === undefined ? undefined : !truth
  }
  if (having.kind === 'all' || having.kind === 'any') {
    const parts = having.of.map((part) => truthOf(part, cells))
    const decides = having.kind === 'any'
    if (parts.includes(decides)) return decides
    return parts.includes(undefined) ? undefined : !decides
  }
  const figure = cells[having.figure.at]?.[having.figure.side] ?? null
  if (having.kind === 'empty') return figure === null
  const other: Figure =
    typeof having.with === 'number' ? having.with : (cells[having.with.at]?.[having.with.side] ?? null)
  if (typeof figure !== 'number' || typeof other !== 'number') return undefined
  return COMPARE[having.by](figure, other)
}
