import { z } from 'zod'

export const fillSchema = z.object({
  account: z.string(),
  /** How many copies of each row. */
  count: z.number(),
  /** Those that are there. */
  rows: z.array(z.object({ table: z.string(), partitionKey: z.string(), rowKey: z.string() })),
  /** What in keys and texts names one of many: each `every` copies have another name, of the same length. */
  names: z.array(z.object({ text: z.string(), every: z.number() })),
})
export type Fill = z.infer<typeof fillSchema>

/** As Azurite keeps a row. */
type Row = {
  readonly PartitionKey: string
  readonly RowKey: string
  readonly properties: Readonly<Record<string, unknown>>
}
type Collection = {
  readonly findOne: (keys: object) => (Row & { readonly $loki: number; readonly meta: object }) | null
  /** With `true` the indexes are made once, at the end. */
  readonly insert: (rows: readonly Row[], atOnce: true) => unknown
}
export type Database = { readonly getCollection: (name: string) => Collection | null }
type Name = Fill['names'][number] & { readonly others: readonly string[] }

/** Copies rows within Azurite's own store; gives how many are new. @throws Error where one to copy is not there */
export function fill(db: Database, message: unknown, random: (bytes: number) => Buffer): number {
  const { account, count, rows, names } = fillSchema.parse(message)
  const renamed = names.map((name): Name => ({ ...name, others: othersOf(name, count, random) }))
  let filled = 0
  for (const [table, keys = []] of Object.entries(Object.groupBy(rows, (row) => row.table))) {
    const collection = db.getCollection(`${account}$${table}`)
    const copies = keys.flatMap(({ partitionKey, rowKey }) => {
      const row = collection?.findOne({ RowKey: rowKey, PartitionKey: partitionKey })
      if (!row) throw new Error(`no row ${partitionKey} ${rowKey} in ${table}`)
      const { $loki, meta, ...bare } = row
      return copiesOf(bare, renamed, count)
    })
    collection?.insert(copies, true)
    filled += copies.length
  }
  return filled
}

/** In order: Azurite's indexes are sorted in a tenth of the time. */
function othersOf({ text, every }: Fill['names'][number], count: number, random: (bytes: number) => Buffer): string[] {
  const bytes = Math.ceil((text.length * 3) / 4)
  const other = () => random(bytes).toString('base64url').slice(0, text.length)
  return Array.from({ length: Math.ceil(count / every) }, other).toSorted()
}

function copiesOf(row: Row, names: readonly Name[], count: number): Row[] {
  const [partition, key] = [renaming(row.PartitionKey, names), renaming(row.RowKey, names)]
  const columns = Object.entries(row.properties).flatMap(([column, value]) =>
    typeof value === 'string' && names.some(({ text }) => value.includes(text))
      ? [{ column, renamed: renaming(value, names) }]
      : [],
  )
  return Array.from({ length: count }, (_, at) => {
    const properties = { ...row.properties }
    for (const { column, renamed } of columns) properties[column] = renamed(at)
    return { ...row, PartitionKey: partition(at), RowKey: key(at), properties }
  })
}

/** What a text is in the copy `at`. */
function renaming(whole: string, names: readonly Name[]): (at: number) => string {
  const name = names.find(({ text }) => whole.includes(text))
  if (!name) return () => whole
  const parts = whole.split(name.text).map((part) => renaming(part, names))
  return (at) => parts.map((part) => part(at)).join(name.others[Math.floor(at / name.every)])
}
