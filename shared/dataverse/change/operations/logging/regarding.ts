import type { Entity, Table } from '../../../metadata/model.ts'
import { isMain } from '../../../metadata/usual-entities.ts'
import { plainReference } from '../../../records/record-reference.ts'
import type { AskedChange, AskedOperation, Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { findRow, type FoundRow } from '../../values/lookup.ts'
import { ValueRefused } from '../../values/place.ts'
import { targetsOf } from '../../values/targets.ts'
import type { Kind } from './kinds.ts'

/** As many tables as one request looks in. */
const MOST_TABLES = 20

export type Regarding = { readonly row: FoundRow } | { readonly problem: Problem } | undefined

/** What an activity is about: what `regarding` says, else the record that stands beside the changes. */
export async function regardingFor(
  kind: Kind,
  table: Table,
  given: AskedChange | undefined,
  { id, entity }: Pick<AskedOperation, 'id' | 'entity'>,
  context: ChangeContext,
): Promise<Regarding> {
  const beside =
    id === undefined ? undefined : { column: 'id', to: id, entity: entity === kind.entity ? undefined : entity }
  if (given && beside) return { problem: twice(given) }
  const asked = given ?? beside
  if (!asked) return undefined
  try {
    const row = await rowFor(asked, await targetsFor(kind, table, context), context)
    const problem = await untaken(kind, row, asked, context)
    return problem ? { problem } : { row }
  } catch (error) {
    if (error instanceof ValueRefused) return { problem: error.problem }
    throw error
  }
}

/** The tables that people mean by a bare name come first, each request with as many as it takes. */
async function targetsFor({ regarding }: Kind, table: Table, { metadata }: ChangeContext): Promise<readonly Entity[]> {
  const column = table.byName.get(regarding)
  const { byName } = await metadata.entities()
  const all = column ? targetsOf(table, column).flatMap((name) => byName.get(name) ?? []) : []
  return [...all.filter(({ name }) => isMain(name)), ...all.filter(({ name }) => !isMain(name))]
}

async function rowFor(asked: AskedChange, targets: readonly Entity[], context: ChangeContext): Promise<FoundRow> {
  const text = String(asked.to)
  const place = { column: asked.column, label: 'Regarding', note: () => undefined, entity: asked.entity }
  const isNamed = asked.entity !== undefined || plainReference(text) !== undefined || /^https?:/i.test(text.trim())
  const first = targets.filter(({ name }) => isMain(name))
  const groups = isNamed || first.length === 0 ? [] : [first]
  const rest = isNamed ? targets : targets.filter(({ name }) => !isMain(name))
  if (isNamed) return await findRow(text, rest, place, context)
  for (let at = 0; at < rest.length; at += MOST_TABLES) groups.push(rest.slice(at, at + MOST_TABLES))
  let missing: unknown
  for (const group of groups) {
    try {
      return await findRow(text, group, place, context)
    } catch (error) {
      if (!(error instanceof ValueRefused) || error.problem.code !== 'lookup_not_found') throw error
      missing ??= error
    }
  }
  throw missing
}

/** Notes stand only with tables that have them, as activities do. */
async function untaken(
  { name, entity: of }: Kind,
  row: FoundRow,
  { column }: AskedChange,
  context: ChangeContext,
): Promise<Problem | undefined> {
  const table = await context.metadata.table(await context.metadata.entity(row.entity))
  const { hasNotes, hasActivities } = await context.writable(table)
  if (of === 'annotation' ? hasNotes : hasActivities) return undefined
  return {
    code: 'lookup_wrong_table',
    column,
    text: `Records of ${row.entity} have no ${of === 'annotation' ? 'notes' : 'activities'}, so no ${name} is about one.`,
    nextStep: 'Ask the person which other record it is about, e.g. the account, and pass that as regarding.',
  }
}

function twice({ column }: AskedChange): Problem {
  return {
    code: 'column_twice',
    column,
    text: 'What it is about is given twice: by regarding, and by the id beside the changes.',
    nextStep: 'Leave out id, or regarding.',
  }
}
