import * as z from 'zod'

const Row = z.record(z.string(), z.unknown())
const Dense = z.object({ columns: z.array(z.looseObject({ name: z.string() })), rows: z.array(z.array(z.unknown())) })

/** The rows of a result, each as an object of its columns. */
export function rowsAsObjects(structured: unknown): Record<string, unknown>[] {
  const dense = Dense.safeParse(structured).data
  if (!dense) return z.object({ rows: z.array(Row) }).parse(structured).rows
  return dense.rows.map((row) => Object.fromEntries(dense.columns.map(({ name }, at) => [name, row[at]])))
}
