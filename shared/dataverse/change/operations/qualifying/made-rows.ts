import type { Entity, Table } from '../../../metadata/model.ts'
import { Page } from '../../../rows/rows.ts'
import { isRefusal } from '../../../web-api/coalesce.ts'
import { withOptions } from '../../../web-api/url.ts'
import type { Candidate, ChangeArguments } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { shownProperties } from '../closing/closable.ts'
import { tableNamed } from '../closing/end.ts'

/** What the message can make of a lead: an argument, and a table, of each name. */
export const MADE = { account: 'CreateAccount', contact: 'CreateContact', opportunity: 'CreateOpportunity' } as const
export type Made = keyof typeof MADE
export const MADE_NAMES = Object.keys(MADE) as readonly Made[]

/** The lookup by which a row says of which lead it came. */
const ORIGIN = 'originatingleadid'
const MOST = 5

/** Which rows the arguments of a call want made. */
export function madeIn({ changes }: ChangeArguments): readonly Made[] {
  return MADE_NAMES.filter((name) => changes.some(({ column, to }) => column === name && to === true))
}

/** The rows that were made of a lead, read as the person: a message answers with all columns, hidden ones included. */
export async function madeRows(args: ChangeArguments, context: ChangeContext): Promise<readonly Candidate[]> {
  const tables = await Promise.all(madeIn(args).map((name) => tableNamed(name, context)))
  const asked = tables.flatMap((table) => {
    const path = pathOf(table, args.id ?? '')
    return path === undefined ? [] : [{ table, path }]
  })
  if (asked.length === 0) return []
  const answers = await context.dataverse.batch(asked.map(({ path }) => ({ path, schema: Page })))
  return asked.flatMap(({ table }, at) => {
    const answer = answers[at]
    if (!answer) return []
    if (answer.ok) return answer.value.value.flatMap((row) => candidateOf(row, table.entity))
    if (isRefusal(answer.error)) return []
    throw answer.error
  })
}

function pathOf({ entity, byName }: Table, id: string): string | undefined {
  const [origin] = shownProperties([ORIGIN], byName)
  if (origin === undefined) return undefined
  const $select = [entity.idColumn, ...shownProperties([entity.nameColumn ?? ''], byName)].join(',')
  return withOptions(entity.entitySet, { $select, $filter: `${origin} eq ${id}`, $top: String(MOST) })
}

function candidateOf(row: Readonly<Record<string, unknown>>, { name, idColumn, nameColumn = '' }: Entity): Candidate[] {
  const [id, called] = [row[idColumn], row[nameColumn]]
  return typeof id === 'string' ? [{ id, entity: name, name: typeof called === 'string' ? called : '' }] : []
}
