import type { Chosen } from '../draw/choices.ts'
import { measuresOf } from '../draw/choices.ts'
import type { OnMark } from '../draw/marks.ts'
import type { OnCell } from '../table.ts'
import { type Arguments, argumentsFor, type Behind } from './behind.ts'
import type { Answer } from './list.ts'

type Marked = {
  readonly behind: Behind
  readonly answer: Answer
  readonly chosen: Chosen
  readonly rows: (what: string, args: Arguments) => void
}

/** What marks of a picture and figures of its table open: a mark those of the column that is drawn. */
export function marksOf({ behind, answer, chosen, rows }: Marked): {
  readonly onMark: OnMark
  readonly onCell: OnCell
} {
  const opening = (at: readonly number[], column: string, what: string): (() => void) | undefined => {
    const args = argumentsFor(behind, at, column)
    return args && (() => rows(what, args))
  }
  const drawn = (): string => chosen.value ?? answer.columns[measuresOf(answer)[0] ?? -1]?.name ?? ''
  return {
    onMark: (at, what) => opening(at, drawn(), what),
    onCell: (row, column, what) => opening([row], column, what),
  }
}
