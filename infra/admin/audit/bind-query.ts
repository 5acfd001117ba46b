import { readFileSync } from 'node:fs'
import { Misuse } from '../desk.ts'

const QUERIES = new URL('../../monitor/queries/', import.meta.url)
/** The quoted place of a query; a comment above it names the place without quotes. */
const PLACE = /'\{[A-Z]\w*\}'/
const MOST_CHARACTERS = 300

/**
 * A text as a literal of KQL. No id, time or name holds a control character, and a line break would end the literal.
 * @throws Misuse for a text with one
 * @see https://learn.microsoft.com/kusto/query/scalar-data-types/string#string-literals
 */
export function literal(text: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) || text.length > MOST_CHARACTERS)
    throw new Misuse('What is asked about holds characters that no id, time or name has, or is too long.')
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** A query file of `infra/monitor/queries/`, with a value in the one place that it has. */
export function bindQuery(file: string, value?: string): string {
  const query = readFileSync(new URL(file, QUERIES), 'utf8').replaceAll('\r\n', '\n')
  // As a function: a value with `$&` in it would otherwise be a pattern of the replacement.
  return value === undefined ? query : query.replace(PLACE, () => literal(value))
}
