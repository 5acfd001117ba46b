import { QueryError } from '../../../dataverse/errors.ts'
import { calendarNamed } from '../../../dataverse/query/resolve/values/dates/date-words.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import type { KnownColumn } from '../../../dataverse/rows/dense-column.ts'
import { COMPARE } from '../compute/row-tests.ts'
import type { Analysis } from '../model.ts'
import { answerColumns } from '../parse/answer/columns.ts'
import { countedInstead, edgeOf } from '../parse/answer/dated-having.ts'
import type { Figure as Named, Having } from '../parse/answer/parse-having.ts'
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
  if (figure === null || other === null || typeof figure !== typeof other) return undefined
  return COMPARE[having.by](figure === other ? 0 : figure < other ? -1 : 1, 0)
}

/**
 * What is a date is known when columns are.
 * @throws QueryError `invalid_having` where one is compared with what is none: no row would be had, whatever is in them
 */
export function checkDates(having: Having, analysis: Analysis, columns: readonly KnownColumn[]): void {
  if (having.kind === 'empty') return
  if (having.kind === 'not') {
    checkDates(having.of, analysis, columns)
    return
  }
  if (having.kind !== 'compared') {
    for (const part of having.of) checkDates(part, analysis, columns)
    return
  }
  const names = answerColumns(analysis)
  const columnOf = ({ at, side }: Named): KnownColumn | undefined =>
    columns[names.findIndex(({ shows }) => shows.kind === 'measure' && shows.at === at && shows.side === side)]
  const dateIn = (one: Named | number): KnownColumn | undefined => {
    const column = typeof one === 'number' ? undefined : columnOf(one)
    return column?.kind === 'date' || column?.kind === 'time' ? column : undefined
  }
  const [left, right] = [dateIn(having.figure), dateIn(having.with)]
  if (left?.kind === right?.kind) return
  const { name } = left ?? right ?? { name: '' }
  const figure = left || typeof having.with === 'number' ? having.figure : having.with
  const edge = figure.side === 'now' ? edgeOf(analysis.measures[figure.at]?.expression) : undefined
  const isYear = typeof having.with === 'number' && calendarNamed(String(having.with)) !== undefined
  const step =
    edge &&
    countedInstead(edge, name, having.by === 'ne' ? 'eq' : having.by, isYear ? String(having.with) : 'this-year')
  throw new QueryError(
    'invalid_having',
    `The having compares ${shown(name)}, which is a date, with what is none.`,
    step === undefined ? `Write: ${name} ne null.` : `For example: ${step}`,
  )
}
