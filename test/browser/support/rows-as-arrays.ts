import * as z from 'zod'

const Old = z.looseObject({
  columns: z.array(z.looseObject({ key: z.string() })),
  rows: z.array(z.record(z.string(), z.unknown())),
})
const Reference = z.object({ id: z.string(), entity: z.string(), label: z.string() })
const Labelled = z.object({ value: z.union([z.string(), z.number(), z.boolean()]).optional(), label: z.string() })

type Values = Record<string, Record<string, string | number | boolean>>

/** A report whose rows are objects as the view reads it; one whose rows are arrays as it is. */
export function withRowsAsArrays(structured: unknown): unknown {
  const old = Old.safeParse(structured).data
  if (!old) return structured
  const values: Values = {}
  const rows = old.rows.map((row) => old.columns.map(({ key, kind }) => cellOf(row[key], key, kind, values)))
  const columns = old.columns.map(({ key, ...column }) => ({ name: key, ...column }))
  return { ...old, columns, rows, values }
}

function cellOf(value: unknown, column: string, kind: unknown, values: Values): unknown {
  const labels = (values[column] ??= {})
  const reference = Reference.safeParse(value).data
  if (reference) {
    const link = `${reference.entity}/${reference.id}`
    const isTaken = (labels[reference.label] ?? link) !== link
    const label = isTaken ? `${reference.label} #${reference.id.slice(0, 8)}` : reference.label
    labels[label] = link
    return label
  }
  const labelled = Labelled.safeParse(value).data
  if (!labelled) return value ?? null
  if (kind === 'money') return labelled.value
  if (labelled.value !== undefined) labels[labelled.label] = labelled.value
  return labelled.label
}
