import * as z from 'zod'
import { list } from './list.ts'

/** What of a masked value is left: nothing, its last four characters, an address's domain, a date's year, initials. */
export const MASKS = ['all', 'last4', 'domain', 'year', 'initials'] as const
export type Mask = (typeof MASKS)[number]

/** One entry of `MODEL_HIDES`: a table, or a column of one table or of all (`*`); a column with a mask is shown masked. */
export type HidingRule = {
  /** As it was written, in lower case. */
  readonly text: string
  readonly table: string
  readonly column?: string
  readonly mask?: Mask
}

export const ANY_TABLE = '*'
const FORM = 'contact, contact.mobilephone, *.emailaddress1=mask:domain'
const ENTRY = /^(\*|[a-z_]\w{0,127})(?:\.([a-z_]\w{0,127}))?(?:=(\S*))?$/
const MASK = new RegExp(`^mask(?::(${MASKS.slice(1).join('|')}))?$`)

/** Says which entry is wrong by its place, as no value of a setting may stand in a log. */
export const modelHides = list.transform((entries, context): readonly HidingRule[] => {
  const rules: HidingRule[] = []
  for (const [at, entry] of entries.entries()) {
    const read = readEntry(entry.toLowerCase(), rules)
    if (typeof read === 'string') {
      context.addIssue(`has an entry ${at + 1} that ${read}`)
      return z.NEVER
    }
    rules.push(read)
  }
  return rules
})

function readEntry(text: string, before: readonly HidingRule[]): HidingRule | string {
  const [, table, column, how] = ENTRY.exec(text) ?? []
  if (table === undefined) return `is no table, column or masked column: they are written ${FORM}`
  if (column === undefined && how !== undefined) return 'masks a table: a table is hidden whole, a column can be masked'
  if (column === undefined && table === ANY_TABLE) return 'hides every table'
  if (column !== undefined && isId(table, column)) return 'names the id of a row, which cannot be hidden'
  const mask = how === undefined ? undefined : MASK.exec(how)
  if (mask === null)
    return `has an unknown mask: write =mask, or ${MASKS.slice(1)
      .map((one) => `=mask:${one}`)
      .join(', ')}`
  if (before.some((rule) => rule.table === table && rule.column === column)) return 'is there twice'
  return { text, table, ...(column !== undefined && { column }), ...(mask && { mask: (mask[1] ?? 'all') as Mask }) }
}

/** The id of a row says nothing but which one it is, and nothing could be shown, linked or read on without it. */
function isId(table: string, column: string): boolean {
  return column === `${table}id` || column === 'activityid'
}
