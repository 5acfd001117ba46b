import * as z from 'zod'

const Values = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
/** How a group without a value is called. */
const NO_GROUP = '(none)'
type Values = z.output<typeof Values>
const Column = z.looseObject({
  name: z.string(),
  get columns() {
    return z.array(Column).optional()
  },
})
type Column = z.output<typeof Column>
const Dense = z.object({
  columns: z.array(Column),
  rows: z.array(z.array(z.unknown())),
  values: Values.default({}),
})

/** The rows of a result, each as an object of its columns; none of a refusal. */
export function rowsAsObjects(structured: unknown): Record<string, unknown>[] {
  const { columns, rows } = Dense.catch({ columns: [], rows: [], values: {} }).parse(structured)
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])))
}

/** The same with what stands behind labels, an id without its entity, as the Web API has it; lists as objects, too. */
export function rawRows(structured: unknown): Record<string, unknown>[] {
  const { columns, rows, values } = Dense.parse(structured)
  return rows.map((row) => rawRow(columns, row, values))
}

function rawRow(
  columns: readonly Column[],
  row: readonly unknown[],
  values: Values,
  within = '',
): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ name, columns: listed }, at) => {
      const cell = row[at]
      const full = within + name
      if (!listed || !Array.isArray(cell)) return [name, rawValue(values[full], cell)]
      return [name, cell.map((one: unknown[]) => rawRow(listed, one, values, `${full}.`))]
    }),
  )
}

function rawValue(behind: Values[string] | undefined, cell: unknown): unknown {
  if (cell === NO_GROUP) return null
  const value = typeof cell === 'string' && behind && Object.hasOwn(behind, cell) ? behind[cell] : cell
  return typeof value === 'string' && value !== cell ? value.slice(value.lastIndexOf('/') + 1) : value
}
