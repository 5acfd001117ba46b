import { nearest } from '../../suggest.ts'
import type { Note } from '../model/query.ts'
import { invalidFetch, quoted } from '../../fetchxml/invalid-fetch.ts'
import { ELEMENTS, type ElementRule } from './vocabulary.ts'
import type { XmlElement } from './xml.ts'

/** An element whose name, attributes and children FetchXML knows. */
export type Known = {
  readonly name: string
  readonly where: string
  readonly text: string
  readonly attribute: (name: string) => string | undefined
  readonly required: (name: string) => string
  readonly children: (name: string) => Known[]
}

/** Words of SQL and of OData for the names of FetchXML. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  top: ['limit', 'first'],
  count: ['pagesize'],
  attribute: ['column', 'field', 'select'],
  'link-entity': ['join', 'expand'],
  order: ['orderby', 'sort'],
  filter: ['where'],
  groupby: ['group'],
}
/** Only values may be long: names are compared with many others to find the nearest. */
const LONGEST_NAME = 300
const NOTHING: ElementRule = { attributes: [], ignored: [], children: [] }

/** @throws QueryError `invalid_fetchxml` for an attribute or a child that FetchXML does not have, with the nearest */
export function readElement(element: XmlElement, name: string, note: Note): Known {
  const rule = ELEMENTS[name] ?? NOTHING
  const where = `<${name}> at line ${element.line}`
  const attributes = new Map<string, string>()
  for (const [written, value] of element.attributes) {
    const known = knownName(written, [...rule.attributes, ...rule.ignored], `The attribute`, where)
    if (rule.ignored.includes(known)) continue
    if (known !== 'value' && value.length > LONGEST_NAME)
      throw invalidFetch(`${known} of ${where} is longer than ${LONGEST_NAME} characters.`, 'Write a name there.')
    if (known !== written) note('Names of FetchXML are lower case: they were corrected.')
    attributes.set(known, value)
  }
  const children = element.children.map((child) => {
    return readElement(child, knownName(child.name, rule.children, 'The element', where), note)
  })
  if (name !== 'value' && element.text.trim()) note('Text between the elements was ignored.')
  return {
    name,
    where,
    text: element.text,
    attribute: (wanted) => attributes.get(wanted),
    required: (wanted) => {
      const value = attributes.get(wanted)?.trim()
      if (value) return value
      throw invalidFetch(`The element ${where} has no ${wanted}.`, `Add ${wanted}="…" to it.`)
    },
    children: (wanted) => children.filter((child) => child.name === wanted),
  }
}

function knownName(written: string, names: readonly string[], what: string, where: string): string {
  const lower = written.slice(0, LONGEST_NAME).toLowerCase()
  if (names.includes(lower)) return lower
  const near = nearest(
    lower,
    names.map((name) => ({ name, aliases: ALSO[name] ?? [] })),
  )
  throw invalidFetch(
    `${what} ${quoted(written)} does not belong in ${where}.`,
    near.length > 0 ? `Did you mean: ${near.join(', ')}?` : `Possible are: ${names.join(', ') || 'none'}.`,
  )
}

/** @throws QueryError `invalid_fetchxml` for anything but true, false, 1 or 0 */
export function flagOf(element: Known, name: string, otherwise = false): boolean {
  const value = element.attribute(name)?.trim().toLowerCase()
  if (value === undefined || value === '') return otherwise
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw invalidFetch(
    `${name}=${quoted(value)} of ${element.where} is no truth value.`,
    `Write ${name}="true" or "false".`,
  )
}

/** @throws QueryError `invalid_fetchxml` for anything but a whole number from 1 to `most` */
export function numberOf(element: Known, name: string, most: number): number | undefined {
  const value = element.attribute(name)?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d{1,9}$/.test(value) && Number(value) >= 1 && Number(value) <= most) return Number(value)
  throw invalidFetch(
    `${name}=${quoted(value)} of ${element.where} is not a number from 1 to ${most}.`,
    `Write a number from 1 to ${most}.`,
  )
}

/** @throws QueryError `invalid_fetchxml` for a word that is not one of `choices` */
export function choiceOf<const Choice extends string>(
  element: Known,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = element.attribute(name)?.trim().toLowerCase()
  if (value === undefined || value === '') return undefined
  const found = choices.find((choice) => choice === value)
  if (found) return found
  throw invalidFetch(
    `${name}=${quoted(value)} of ${element.where} does not exist.`,
    `Use one of: ${choices.join(', ')}.`,
  )
}
