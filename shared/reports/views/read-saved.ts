import * as z from 'zod'
import { isRefusal } from '../../dataverse/web-api/coalesce.ts'
import { withOptions } from '../../dataverse/web-api/url.ts'
import type { Read, ReadResult, WebApi } from '../../dataverse/web-api/web-api.ts'

/** A table in which Dynamics 365 keeps what somebody saved. */
export type SavedTable = {
  readonly set: string
  /** Its id column. */
  readonly id: string
  /** A condition that all that is offered meets. */
  readonly rule?: string
}

/** What everybody has, and what is a person's own or was shared with them. */
export type SavedTables = { readonly own: SavedTable; readonly everybody: SavedTable }

export type Saved<Row> = { readonly id: string; readonly isOwn: boolean; readonly row: Row }

type Asked<Row> = {
  readonly schema: z.ZodType<Row>
  readonly columns: readonly string[]
  /** `{id}` in it stands for the id column, which the two tables do not share. */
  readonly filter?: string | undefined
}

/** A condition on a text, e.g. `name eq 'O''Brien'`. */
export function isText(column: string, text: string): string {
  return `${column} eq '${text.replaceAll("'", "''")}'`
}

/** What the person may read of both tables, by name; own ones first. One request. */
export async function readSaved<Row>(api: WebApi, tables: SavedTables, asked: Asked<Row>): Promise<Saved<Row>[]> {
  const [own, everybody] = await api.batch([readOf(tables.own, asked), readOf(tables.everybody, asked)])
  return [...savedIn(own, true), ...savedIn(everybody, false)]
}

/** What the person may read of one table that is everybody's. One request. */
export async function readEverybodys<Row>(api: WebApi, table: SavedTable, asked: Asked<Row>): Promise<Saved<Row>[]> {
  const [result] = await api.batch([readOf(table, asked)])
  return savedIn(result, false)
}

type Rows<Row> = { readonly id: string; readonly row: Row }[]

function readOf<Row>({ set, id, rule }: SavedTable, { schema, columns, filter }: Asked<Row>): Read<Rows<Row>> {
  const rows = z.object({ value: z.array(z.intersection(schema, z.object({ [id]: z.string() }))) })
  const conditions = [rule, filter === undefined ? undefined : `(${filter.replaceAll('{id}', id)})`]
  const $filter = conditions.filter((condition) => condition !== undefined).join(' and ')
  const $select = [id, ...columns].join(',')
  const path = withOptions(set, { $select, ...($filter !== '' && { $filter }), $orderby: 'name' })
  return { path, schema: rows.transform(({ value }) => value.map((row) => ({ id: String(row[id]), row }))) }
}

/** A role may lack the privilege to read one table; the other is still there. */
function savedIn<Row>(result: ReadResult<Rows<Row>>, isOwn: boolean): Saved<Row>[] {
  if (result.ok) return result.value.map(({ id, row }) => ({ id, isOwn, row }))
  if (isRefusal(result.error)) return []
  throw result.error
}
