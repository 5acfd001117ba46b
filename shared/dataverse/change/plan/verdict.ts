import type { Row } from '../../rows/rows.ts'
import { visible } from '../../records/visible-text.ts'
import type { ChangeArguments, Scalar } from '../model.ts'
import type { ChangeContext, Verdict } from '../operation.ts'
import { hasValue, shownValue } from '../values/shown-value.ts'
import { personClock, tableOf } from './writing.ts'

/**
 * Whether a row has what was asked for: `there` with all of it, `not-there` where each column still has what it had.
 * A column that the person may not read says nothing.
 */
export async function verdictOf(args: ChangeArguments, row: Row, context: ChangeContext): Promise<Verdict> {
  const entity = await context.metadata.entity(args.entity)
  const { table, writable } = await tableOf(entity, context)
  const clock = await personClock(context)
  const seen = args.changes.flatMap((change) => {
    const column = table.byName.get(change.column)
    const reading = { rules: writable.columns.get(change.column), clock }
    const isThere = column && hasValue(row, column, change, reading)
    if (!column || isThere === undefined) return []
    const was = shownValue(row, column, reading)?.to
    return [{ isThere, isAsBefore: canonical(was) === canonical(change.from) }]
  })
  if (seen.length > 0 && seen.every(({ isThere }) => isThere)) return { kind: 'there' }
  return { kind: seen.length > 0 && seen.every(({ isAsBefore }) => isAsBefore) ? 'not-there' : 'other' }
}

/** As arguments have it, which are cleaned before they are shown, and may come back composed. */
const canonical = (value: Scalar | undefined): Scalar | undefined =>
  typeof value === 'string' ? visible(value).normalize('NFC') : value
