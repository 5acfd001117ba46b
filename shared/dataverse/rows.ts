import * as z from 'zod'

/** A row as the Web API sends it: values and, beside them, their annotations. */
export const Row = z.record(z.string(), z.unknown())

export const Page = z.object({
  value: z.array(Row),
  '@odata.nextLink': z.string().optional(),
  '@odata.count': z.int().optional(),
  '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': z.boolean().optional(),
})

export type CompactRow = Record<string, unknown>

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const LOOKUP = /^_(.+)_value$/
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T|$)/
const FORMATTED_NUMBER = /^[\d\s.,'’()+\u00a0\u202f-]+$/

/**
 * A row as the model reads it: no nulls, no annotations; a lookup as `{ id, label, entity }` under its logical name;
 * a choice or an amount as `{ value, label }`; everything else as it is. Dates stay ISO 8601 in UTC.
 */
export function compactRow(row: Readonly<Record<string, unknown>>): CompactRow {
  const compact: CompactRow = {}
  for (const [key, value] of Object.entries(row)) {
    if (key.includes('@') || value === null || value === undefined) continue
    const lookup = LOOKUP.exec(key)?.[1]
    if (lookup !== undefined) addUnder(compact, lookup, reference(row, key, value))
    else if (isRow(value)) addUnder(compact, key, compactRow(value))
    else compact[key] = Array.isArray(value) ? value.map(compactItem) : labelled(row, key, value)
  }
  return compact
}

function compactItem(item: unknown): unknown {
  return isRow(item) ? compactRow(item) : item
}

/** An expanded lookup and the reference to it share one name, as they are one thing. */
function addUnder(compact: CompactRow, key: string, value: CompactRow): void {
  const present = compact[key]
  compact[key] = isRow(present) ? { ...present, ...value } : value
}

function reference(row: Readonly<Record<string, unknown>>, key: string, id: unknown): CompactRow {
  const label = row[key + FORMATTED]
  const entity = row[key + LOOKUP_ENTITY]
  return { id, ...(label !== undefined && { label }), ...(entity !== undefined && { entity }) }
}

function labelled(row: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const label = row[key + FORMATTED]
  if (typeof label !== 'string' || label === value) return value
  if (typeof value === 'string') return ISO_DATE.test(value) ? value : { value, label }
  return isOnlyFormatted(value, label) ? value : { value, label }
}

/** `1,200` says no more than 1200; `£1,200.00` and `Qualify` do. */
function isOnlyFormatted(value: unknown, label: string): boolean {
  const digits = (text: string): string => text.replaceAll(/\D/g, '')
  return typeof value === 'number' && FORMATTED_NUMBER.test(label) && digits(label).startsWith(digits(String(value)))
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
