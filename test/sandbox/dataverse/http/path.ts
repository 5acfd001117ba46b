import { odataError } from './errors.ts'
import { isGuid, splitOutside } from '../query/text.ts'

/** A segment `accounts(guid)`, `accounts(name='x')` or `WhoAmI()` cut into its parts. */
export type Segment = {
  readonly name: string
  /** The text between parentheses; undefined without any. */
  readonly key?: string
}

export function splitPath(path: string): string[] {
  return splitOutside(path, '/').filter((part) => part !== '')
}

export function parseSegment(text: string): Segment {
  const [, name, , key] = /^([$\w.]+)(\((.*)\))?$/s.exec(text) ?? []
  if (name === undefined) throw odataError(`Resource not found for the segment '${text}'.`, 404)
  return { name, ...(key !== undefined && { key }) }
}

export type Key = { readonly id: string } | { readonly columns: ReadonlyMap<string, string> }

/** Reads `(guid)` or `(column='value',…)`. @throws DataverseFault 400 for anything else */
export function parseKey(text: string): Key {
  if (isGuid(text)) return { id: text.toLowerCase() }
  const pairs = splitOutside(text, ',').map((part) => /^(\w+)\s*=\s*(\S.*)$/s.exec(part.trim()))
  if (text === '' || pairs.some((pair) => pair === null)) {
    throw odataError(`Error in query syntax. The key '${text}' is not of type 'Edm.Guid'.`)
  }
  const unquote = (value: string): string => (/^'.*'$/s.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value)
  return { columns: new Map(pairs.map((pair) => [pair?.[1] ?? '', unquote(pair?.[2] ?? '')])) }
}
