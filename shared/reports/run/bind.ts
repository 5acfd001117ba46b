import { invalidFetch } from '../../dataverse/query/say/refusals.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { Owner } from '../definition.ts'

const PLACEHOLDER = /(?<!\{)\{\{([^{}]*)\}\}(?!\})/g
const CONDITION = 'if'
/** The operator of a condition that depends on an owner, as it is written. */
export const OWNED = 'eq-userid'
const OPERATORS: Readonly<Record<string, string | undefined>> = {
  me: OWNED,
  'my-teams': 'eq-userteams',
  'me-or-my-teams': 'eq-useroruserteams',
} satisfies Record<Exclude<Owner, 'anyone'>, string>

/**
 * The FetchXML of a report as elements, with the values of its parameters. They are put into attributes' values on the
 * tree, after it was parsed, so that no value can become an element, an attribute or another placeholder.
 * @throws QueryError `invalid_fetchxml` for a placeholder elsewhere, or one of a parameter that the report does not have
 */
export function bindParameters(fetchxml: string, values: ParameterValues): XmlElement {
  return boundElement(parseXml(fetchxml), values)
}

function boundElement(element: XmlElement, values: ParameterValues): XmlElement {
  if (element.text.includes('{{') || element.name.includes('{{')) throw misplaced(element)
  const attributes = [...element.attributes].filter(([name]) => name !== CONDITION)
  const owned = OPERATORS[String(dependsOn(element, values))]
  const read = new Map(attributes.map(([name, value]) => [name, bound(value, values, element)]))
  return {
    name: element.name,
    attributes: owned === undefined ? read : read.set('operator', owned),
    children: element.children.filter((child) => isWanted(child, values)).map((child) => boundElement(child, values)),
    text: element.text,
    line: element.line,
  }
}

/** The value of the parameter in an element's `if`. */
function dependsOn({ attributes }: XmlElement, values: ParameterValues): ParameterValues[string] | undefined {
  const name = attributes.get(CONDITION) ?? ''
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function isWanted(element: XmlElement, values: ParameterValues): boolean {
  const name = element.attributes.get(CONDITION)
  if (name === undefined) return true
  const value = dependsOn(element, values)
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== 'anyone'
  throw invalidFetch(
    `The element <${element.name}> at line ${element.line} depends on "${name.slice(0, 40)}", which is no parameter of type boolean or owner.`,
    'Declare it among the parameters, or remove the attribute "if".',
  )
}

/** One pass: what a value holds is never looked through again. */
function bound(text: string, values: ParameterValues, element: XmlElement): string {
  const rest = text.replaceAll(PLACEHOLDER, '')
  if (rest.includes('{{') || rest.includes('}}')) throw misplaced(element)
  return text.replaceAll(PLACEHOLDER, (_all, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value !== undefined) return String(value)
    throw invalidFetch(
      `The placeholder {{${name.slice(0, 40)}}} at line ${element.line} names no parameter of the report.`,
      'Declare it among the parameters, or correct its name.',
    )
  })
}

function misplaced({ name, line }: XmlElement): Error {
  return invalidFetch(
    `The element <${name.slice(0, 40)}> at line ${line} has braces that are no placeholder of a value.`,
    'Write {{name}} inside the value of an attribute, and nowhere else.',
  )
}
