import type { ChangeArguments, PlannedChange, Scalar, WriteRequest } from '../../../../dataverse/change/model.ts'
import { personClock } from '../../../../dataverse/change/plan/writing.ts'
import { choicesNamed } from '../../../../dataverse/change/values/choice.ts'
import { hasValue, shownValue, type Reading } from '../../../../dataverse/change/values/shown-value.ts'
import type { ChangeContext } from '../../../../dataverse/change/operation.ts'
import type { Column, Sight, Table } from '../../../../dataverse/metadata/model.ts'
import type { Row } from '../../../../dataverse/rows/rows.ts'

/** What values of one table are told by. */
export type Telling = {
  readonly table: Table
  readonly sight: Sight
  readonly readingOf: (column: Column) => Reading
}

export async function tellingOf({ entity }: WriteRequest, context: ChangeContext): Promise<Telling> {
  const { metadata, writable } = context
  const table = await metadata.table(entity)
  const [rules, sight, clock] = await Promise.all([writable(table), metadata.sight([table]), personClock(context)])
  return { table, sight, readingOf: ({ name }) => ({ rules: rules.columns.get(name), clock }) }
}

export type ToldChange = {
  readonly column: string
  readonly label: string
  readonly from?: Scalar
  readonly to: Scalar
}

/** Each change as the row has it now, and where that is not what was asked for. */
export function toldChanges(
  { changes }: ChangeArguments,
  row: Row | undefined,
  telling: Telling,
): { readonly changes: readonly ToldChange[]; readonly notes: readonly string[] } {
  const told = changes.map((change) => ({ change, now: row && nowIn(row, change, telling) }))
  return {
    changes: told.map(({ change: { column, label, from, to }, now }) => ({
      column,
      label,
      ...(from !== undefined && { from }),
      to: now?.isOther ? now.to : to,
    })),
    notes: told.flatMap(({ change: { label, to }, now }) =>
      now?.isOther ? [`${label}: asked ${JSON.stringify(to)}, is ${JSON.stringify(now.to)}.`] : [],
    ),
  }
}

type Now = { readonly to: Scalar; readonly isOther: boolean }

/** `undefined` for what is no column of the row, or cannot be seen of it. */
function nowIn(row: Row, change: PlannedChange, telling: Telling): Now | undefined {
  const column = visibleColumn(change.column, telling)
  const reading = column && telling.readingOf(column)
  const shown = reading && shownValue(row, column, reading)
  if (!reading || !shown) return undefined
  return { to: shown.to, isOther: hasValue(row, column, change, reading) === false }
}

/** What a row has in a column; `undefined` for what cannot be seen of it. */
export function shownNow(name: string, row: Row, telling: Telling): Scalar | undefined {
  const column = visibleColumn(name, telling)
  return column && shownValue(row, column, telling.readingOf(column))?.to
}

function visibleColumn(name: string, { table, sight }: Telling): Column | undefined {
  const column = table.byName.get(name)
  const isSeen = column !== undefined && column.hiding === undefined && sight(column) !== 'hidden'
  return isSeen && column.unnamed === undefined ? column : undefined
}

/** Says no more than that there was a change. */
const OF_ANY_CHANGE = ['modifiedby', 'modifiedon', 'createdby', 'createdon']

/** What Dataverse set besides: of a new row all that came, of another what is not as it was. */
export function alsoSet(
  { changes }: ChangeArguments,
  { row, before, select }: { readonly row: Row; readonly before: Row | undefined; readonly select: readonly string[] },
  telling: Telling,
): readonly { readonly label: string; readonly to: Scalar }[] {
  // An operation has names of its own for columns: its lines are labelled as they are.
  const asked = new Set([...changes.map(({ column }) => column), ...OF_ANY_CHANGE])
  const labels = new Set(changes.map(({ label }) => label))
  const columns = [...telling.table.byName.values()].filter(({ name, property, label = name }) => {
    return select.includes(property) && !asked.has(name) && !labels.has(label) && name !== telling.table.entity.idColumn
  })
  return columns.flatMap((one) => {
    const column = visibleColumn(one.name, telling)
    const valueIn = (of: Row | undefined) => column && of && shownValue(of, column, telling.readingOf(column))
    const now = valueIn(row)
    const was = before ? valueIn(before) : { to: null }
    if (!now || (now.to === was?.to && (now.id === was.id || now.to === null))) return []
    return [{ label: one.label ?? one.name, to: now.to }]
  })
}

type UndoChange = { readonly column: string; readonly to: Scalar; readonly entity?: string }

/** What `preview_change` is asked for to take a change back; `undefined` where not all of it is known. */
export function undoOf(
  { changes }: ChangeArguments,
  before: Row | undefined,
  telling: Telling,
): readonly UndoChange[] | undefined {
  const undone = changes.map((change) => before && undoneBy(change, before, telling))
  return undone.every((one) => one !== undefined) ? undone : undefined
}

function undoneBy({ column: name, from }: PlannedChange, before: Row, telling: Telling): UndoChange | undefined {
  const column = visibleColumn(name, telling)
  const value = column && shownValue(before, column, telling.readingOf(column))
  if (!value || from === undefined) return undefined
  const raw = before[column.property]
  // Of a long text only its beginning was shown.
  if (column.type === 'String' || column.type === 'Memo')
    return { column: name, to: typeof raw === 'string' ? raw : null }
  const named = choicesNamed(raw, column)
  return {
    column: name,
    to: value.id ?? named ?? value.to,
    ...(value.entity !== undefined && { entity: value.entity }),
  }
}
