import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const RECORD = new URL('../recorded.json', import.meta.url)

/** How the host hands bodies to the app: whole, or as they come (`HTTP_STREAMS`). */
export const MODES = ['buffered', 'stream'] as const

const rowSchema = z.strictObject({
  package: z.string(),
  version: z.string(),
  mode: z.enum(MODES),
  result: z.string().regex(/^(?:connects$|refused: .)/),
})
export type Row = Omit<z.infer<typeof rowSchema>, 'result'> & { readonly result: string }

export const readRecord = (): readonly Row[] => z.array(rowSchema).parse(JSON.parse(readFileSync(RECORD, 'utf8')))

const isSame = (one: Row, other: Row) => one.package === other.package && one.mode === other.mode

/** What a run says otherwise than the record; rows that did not run are not missed. */
export function driftOf(rows: readonly Row[], recorded: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const before = recorded.find((one) => isSame(one, row))
    const what = `${row.package} ${row.mode}`
    if (!before) return [`${what}: not recorded`]
    const changes = (['version', 'result'] as const).filter((name) => before[name] !== row[name])
    return changes.map((name) => `${what}: ${name} recorded as "${before[name]}", now "${row[name]}"`)
  })
}

/** Rows that did not run stay as they were recorded. @throws ZodError for a result that is a failure */
export function writeRecord(rows: readonly Row[], recorded: readonly Row[]): void {
  const kept = recorded.filter((one) => !rows.some((row) => isSame(one, row)))
  const all = z.array(rowSchema).parse([...rows, ...kept])
  const sorted = all.toSorted((a, b) => a.mode.localeCompare(b.mode) || a.package.localeCompare(b.package))
  writeFileSync(RECORD, `${JSON.stringify(sorted, null, 2)}\n`)
}
