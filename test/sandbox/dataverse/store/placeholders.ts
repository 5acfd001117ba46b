import { isGuid } from '../query/text.ts'

/**
 * The one switch for queries copied from documents and code before their values were put in: `{userId}` where a GUID
 * belongs, `" + cookie + "` where a paging cookie does, a GUID where a count does, an order by the alias that the chart
 * designer gave to a column since removed. They are read as a value that no row has, or as left out, so that whoever
 * runs such a query hears of its names and operators. Dataverse refuses them, as this does when it is off.
 */
const ACCEPTS_PLACEHOLDERS = true as boolean

const PLACEHOLDER = /^\s*(?:\$?\{+[^{}]*\}+|@\w+|(["'])\s*\+.*\+\s*\1)\s*$/s

/** A value that was never put in: `{userId}`, `${id}`, `@id`, `" + id + "`. */
export function isPlaceholder(text: string): boolean {
  return ACCEPTS_PLACEHOLDERS && PLACEHOLDER.test(text)
}

/** A placeholder of a number: an id, too, stands for none. */
export function isCountPlaceholder(text: string): boolean {
  return isPlaceholder(text) || (ACCEPTS_PLACEHOLDERS && isGuid(text.trim()))
}

/** The alias of a chart's own making, whose column may be gone. */
export function isChartAlias(alias: string): boolean {
  return ACCEPTS_PLACEHOLDERS && alias.startsWith('_CRMAutoGen_')
}
