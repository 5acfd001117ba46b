import * as z from 'zod'
import { isNeverColumn, isNeverTable } from './never.ts'

/** `all`: every column that is valid for the operation and on no fixed list; none: the operation is closed. */
export type WritableColumns = 'all' | readonly string[] | 'none'

/** What of one table may be written; logical names in lower case. */
export type TablePolicy = {
  readonly create: WritableColumns
  readonly update: WritableColumns
  /** Columns whose change only a person can confirm, never a model. */
  readonly human: readonly string[]
}

/** By logical name of the table. */
export type WritePolicy = ReadonlyMap<string, TablePolicy>

const name = z
  .string()
  .trim()
  .regex(/^[A-Za-z_]\w{0,127}$/, 'names what is no logical name')
  .transform((value) => value.toLowerCase())
const columns = z.union([z.boolean(), z.array(name)])
const Table = z.strictObject({
  create: columns.optional(),
  update: columns.optional(),
  human: z.array(name).optional(),
})
const Policy = z.strictObject({ tables: z.record(name, Table) })

const WANTED = "must be JSON like {'tables':{'task':{'create':true,'update':['subject']}}}"

/** Says what is wrong by table and column, which are names of the schema and no secrets; never another value. */
export const writePolicy = z.string().transform((value, context): WritePolicy => {
  const read = Policy.safeParse(json(value))
  if (!read.success) {
    const path = read.error.issues[0]?.path ?? []
    context.addIssue(path.length > 0 ? `${WANTED}; it is wrong at ${path.map(String).join('.').slice(0, 200)}` : WANTED)
    return z.NEVER
  }
  const policy = new Map<string, TablePolicy>()
  for (const [table, { create, update, human = [] }] of Object.entries(read.data.tables)) {
    policy.set(table, { create: columnsOf(create), update: columnsOf(update), human })
  }
  const problem = twiceIn(value) ?? problemOf(policy)
  if (problem !== undefined) context.addIssue(problem)
  return problem === undefined ? policy : z.NEVER
})

/** With ' in place of " as well: names hold neither, and a parameters file of azd takes no ". */
function json(text: string): unknown {
  try {
    return JSON.parse(text.includes('"') ? text : text.replaceAll("'", '"'))
  } catch {
    return undefined
  }
}

const KEY = /(["'])\s*([A-Za-z_]\w*)\s*\1\s*:/g
const WORDS: ReadonlySet<string> = new Set(['tables', 'create', 'update', 'human'])

/** JSON keeps the last of two without a word, and one would be thought to hold that does not. */
function twiceIn(text: string): string | undefined {
  const tables = [...text.matchAll(KEY)].map(([, , key = '']) => key.toLowerCase()).filter((key) => !WORDS.has(key))
  const twice = tables.find((table, at) => tables.indexOf(table) < at)
  return twice === undefined ? undefined : `has ${twice} twice`
}

function columnsOf(given: boolean | readonly string[] | undefined): WritableColumns {
  if (given === true) return 'all'
  return given === undefined || given === false || given.length === 0 ? 'none' : given
}

function problemOf(policy: WritePolicy): string | undefined {
  if (policy.size === 0) return 'opens no table'
  for (const [table, { create, update, human }] of policy) {
    if (isNeverTable(table)) return `opens ${table}, which is never written`
    if (create === 'none' && update === 'none') return `opens nothing of ${table}`
    for (const [operation, columns] of [['create', create] as const, ['update', update] as const]) {
      const never = typeof columns === 'string' ? undefined : columns.find((column) => isNeverColumn(column, operation))
      if (never !== undefined) return `opens ${table}.${never}, which is never written on ${operation}`
    }
    const closed = human.find((column) => !isNamed(column, create) && !isNamed(column, update))
    if (closed !== undefined) return `names ${table}.${closed} under human and opens it nowhere`
  }
  return undefined
}

const isNamed = (column: string, columns: WritableColumns): boolean =>
  columns === 'all' || (columns !== 'none' && columns.includes(column))
