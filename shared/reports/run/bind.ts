import { invalidFetch } from '../../dataverse/fetchxml/invalid-fetch.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import { xmlValue } from '../../dataverse/fetch-xml.ts'
import type { ParameterValues } from '../check/check-parameters.ts'

const PLACEHOLDER = /(?<!\{)\{\{([^{}]*)\}\}(?!\})/g
const CONDITION = 'if'

/**
 * FetchXML of a report with the values of its parameters. They are put into attributes' values on the tree, after it
 * was parsed, so that no value can become an element, an attribute or another placeholder.
 * @throws QueryError `invalid_fetchxml` for a placeholder elsewhere, or one of a parameter that the report does not have
 */
export function bindParameters(fetchxml: string, values: ParameterValues): string {
  return write(
    parseXml(fetchxml, () => undefined),
    values,
  )
}

function write(element: XmlElement, values: ParameterValues): string {
  if (!isWanted(element, values)) return ''
  if (element.text.includes('{{') || element.name.includes('{{')) throw misplaced(element)
  const attributes = [...element.attributes].filter(([name]) => name !== CONDITION)
  const written = attributes.map(([name, value]) => ` ${name}="${xmlValue(bound(value, values, element))}"`)
  const children = element.children.map((child) => write(child, values))
  const inner = xmlValue(element.text.trim()) + children.join('')
  return `<${element.name}${written.join('')}${inner === '' ? '/>' : `>${inner}</${element.name}>`}`
}

function isWanted(element: XmlElement, values: ParameterValues): boolean {
  const name = element.attributes.get(CONDITION)
  if (name === undefined) return true
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (typeof value === 'boolean') return value
  throw invalidFetch(
    `The element <${element.name}> at line ${element.line} depends on "${name.slice(0, 40)}", which is no boolean parameter.`,
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
