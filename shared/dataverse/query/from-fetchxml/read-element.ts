import { nearest } from '../../advice/suggest.ts'
import type { Note } from '../model/query.ts'
import { invalidFetch, quoted } from '../say/refusals.ts'
import { ELEMENTS } from './vocabulary.ts'
import type { XmlElement } from './xml.ts'

/** An element whose name, attributes and children FetchXML knows. */
export type Known = {
  readonly name: string
  readonly where: string
  /** Its place among the elements beside it, from 0. */
  readonly place: number
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

/** @throws QueryError `invalid_fetchxml` for an attribute or a child that FetchXML does not have, with the nearest */
export function readElement(element: XmlElement, name: string, note: Note, place = 0): Known {
  const { attributes: allowed = [], ignored = [], children: inside = [] } = ELEMENTS[name] ?? {}
  const where = `<${name}> at line ${element.line}`
  const attributes = new Map<string, string>()
  for (const [written, value] of element.attributes) {
    const known = knownName(written, [...allowed, ...ignored], 'The attribute', where)
    if (ignored.includes(known)) continue
    if (known !== 'value' && value.length > LONGEST_NAME)
      throw invalidFetch(`${known} of ${where} is longer than ${LONGEST_NAME} characters.`, 'Write a name there.')
    attributes.set(known, value)
  }
  const children = element.children.map((child, at) => {
    return readElement(child, knownName(child.name, inside, 'The element', where), note, at)
  })
  if (name !== 'value' && element.text.trim()) note('Text between the elements was ignored.')
  return {
    name,
    where,
    place,
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
  const value = choiceOf(element, name, ['true', '1', 'false', '0'], `Write ${name}="true" or "false".`)
  return value === undefined ? otherwise : value === 'true' || value === '1'
}

/** @throws QueryError `invalid_fetchxml` for anything but a whole number from 1 to `most` */
export function numberOf(element: Known, name: string, most: number): number | undefined {
  const value = textOf(element, name)
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value) && Number(value) >= 1 && Number(value) <= most) return Number(value)
  throw refused(element, name, value, `Write a number from 1 to ${most}.`)
}

/** @throws QueryError `invalid_fetchxml` for a word that is not one of `choices` */
export function choiceOf<const Choice extends string>(
  element: Known,
  name: string,
  choices: readonly Choice[],
  nextStep = `Use one of: ${choices.join(', ')}.`,
): Choice | undefined {
  const value = textOf(element, name)?.toLowerCase()
  const found = choices.find((choice) => choice === value)
  if (found !== undefined || value === undefined) return found
  throw refused(element, name, value, nextStep)
}

/** What an attribute holds, where that is anything. */
export function textOf(element: Known, name: string): string | undefined {
  return element.attribute(name)?.trim() || undefined
}

function refused({ where }: Known, name: string, value: string, nextStep: string): Error {
  return invalidFetch(`${name}=${quoted(value)} of ${where} is not what FetchXML has there.`, nextStep)
}
