import { QueryError } from '../../dataverse/errors.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import type { ReportParameter } from '../definition.ts'
import { OWNED } from '../run/bind.ts'

/** Where a parameter's value may stand: as a value to compare with, or as a number of rows. */
const BOUND: Readonly<Record<string, readonly string[]>> = { condition: ['value'], fetch: ['top', 'count'] }
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g
const BRACES = /\{\{|\}\}/
const LONGEST_QUOTE = 60

/**
 * Whether the placeholders of a definition's FetchXML stand where values stand and are declared: anywhere else one
 * could turn a value into a name.
 * @throws QueryError `invalid_report`, or `invalid_fetchxml` for what is not well-formed, has a DTD or is too large
 */
export function checkTemplate(fetchxml: string, parameters: readonly ReportParameter[]): void {
  const types = new Map(parameters.map(({ name, type }) => [name, type]))
  checkElement(parseXml(fetchxml), types, true)
}

type Types = ReadonlyMap<string, ReportParameter['type']>

function checkElement(element: XmlElement, types: Types, isRoot: boolean): void {
  for (const [name, value] of element.attributes) {
    if (name === 'if' || name === 'unless') checkCondition(element, name, value, types, isRoot)
    else if (name === 'needs') checkNeeds(element, value)
    else checkValue(element, name, value, types)
  }
  if (BRACES.test(element.text))
    throw invalid(`The text of <${element.name}> holds a placeholder; write it into value="…"`)
  for (const child of element.children) checkElement(child, types, false)
}

function checkCondition(
  element: XmlElement,
  condition: 'if' | 'unless',
  name: string,
  types: Types,
  isRoot: boolean,
): void {
  if (isRoot || element.name === 'entity') throw invalid(`${condition}="…" cannot stand on <${element.name}>`)
  const type = types.get(name)
  if (type === 'boolean') return
  const asked = `${condition}="${short(name)}"`
  if (condition === 'unless') throw invalid(`${asked} names no declared parameter of type boolean`)
  if (type !== 'owner') throw invalid(`${asked} names no declared parameter of type boolean or owner`)
  if (element.name !== 'condition' || element.attributes.get('operator') !== OWNED)
    throw invalid(`${asked} of an owner stands on a condition with operator="${OWNED}" alone`)
}

/** Anything but a link that leads to the table could be one that keeps rows out. */
function checkNeeds({ name, attributes }: XmlElement, table: string): void {
  if (name !== 'link-entity') throw invalid(`needs="…" cannot stand on <${name}>`)
  if (attributes.get('name') !== table) throw invalid(`needs="${short(table)}" does not name the table of its link`)
}

function checkValue(element: XmlElement, attribute: string, value: string, types: Types): void {
  if (!BRACES.test(value)) return
  if (BOUND[element.name]?.includes(attribute) !== true)
    throw invalid(`${attribute} of <${element.name}> cannot hold a placeholder`)
  for (const [, name = ''] of value.matchAll(PLACEHOLDER))
    if (!types.has(name) || types.get(name) === 'owner')
      throw invalid(`{{${short(name)}}} is no declared parameter that has a value`)
  if (BRACES.test(value.replaceAll(PLACEHOLDER, '')))
    throw invalid(`${attribute} of <${element.name}> holds a broken placeholder`)
}

function short(text: string): string {
  return text.slice(0, LONGEST_QUOTE).toWellFormed()
}

/** A definition that cannot be used; the message is the whole cause. */
export function invalid(cause: string): QueryError {
  return new QueryError('invalid_report', cause, 'Correct the definition and upload it again.')
}
