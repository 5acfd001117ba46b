import { invalidFetch } from '../../dataverse/query/say/refusals.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import type { ParameterValues } from '../check/check-parameters.ts'
import type { Owner } from '../definition.ts'

const PLACEHOLDER = /(?<!\{)\{\{([^{}]*)\}\}(?!\})/g
/** Attributes that say whether their element is sent; Dataverse knows none of them. */
const CONDITIONS: ReadonlySet<string> = new Set(['if', 'unless', 'needs'])
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
 * @param unreadable logical names of tables: elements that need one are left out
 * @param asTerm whether `<filter term="…">` stands for the term of that name, and not for what is inside; an empty one always does
 * @throws QueryError `invalid_fetchxml` for a placeholder elsewhere, or one of a parameter that the report does not have
 */
export function bindParameters(
  fetchxml: string,
  values: ParameterValues,
  unreadable: readonly string[] = [],
  asTerm: AsTerm = () => false,
): XmlElement {
  return boundElement(parseXml(fetchxml), { values, unreadable, asTerm })
}

type AsTerm = (name: string) => boolean
type Binding = {
  readonly values: ParameterValues
  readonly unreadable: readonly string[]
  readonly asTerm: AsTerm
}

/** The term that stands in the place of a filter's own conditions. */
export function termOf({ name, attributes }: XmlElement): string | undefined {
  return name === 'filter' ? attributes.get('term') : undefined
}

function filterBy(condition: XmlElement): XmlElement {
  return { ...condition, name: 'filter', attributes: new Map(), children: [condition] }
}

function conditionOf(term: string, line: number): XmlElement {
  const attributes = new Map([
    ['attribute', 'term'],
    ['operator', 'eq'],
    ['value', term],
  ])
  return { name: 'condition', attributes, children: [], text: '', line }
}

/** Tables that parts of a query need and that it does without where the person may not read them: logical names. */
export function neededTables(fetchxml: string, values: ParameterValues): readonly string[] {
  return [...new Set(needsOf(parseXml(fetchxml), values))]
}

function needsOf({ attributes, children }: XmlElement, values: ParameterValues): string[] {
  const needs = attributes.get('needs')
  const inner = children.filter((child) => isWanted(child, values, [])).flatMap((child) => needsOf(child, values))
  return needs === undefined ? inner : [needs, ...inner]
}

function boundElement(element: XmlElement, binding: Binding): XmlElement {
  const { values, unreadable, asTerm } = binding
  const term = termOf(element)
  if (element.text.includes('{{') || element.name.includes('{{')) throw misplaced(element)
  if (term !== undefined && (element.children.length === 0 || asTerm(term)))
    return filterBy(conditionOf(term, element.line))
  const attributes = [...element.attributes].filter(
    ([name]) => !CONDITIONS.has(name) && (name !== 'term' || term === undefined),
  )
  const wanted = element.children.filter((child) => isWanted(child, values, unreadable))
  const owned = OPERATORS[String(dependsOn(element, 'if', values))]
  const read = new Map(attributes.map(([name, value]) => [name, bound(value, values, element)]))
  return {
    name: element.name,
    attributes: owned === undefined ? read : read.set('operator', owned),
    children: wanted.map((child) => boundElement(child, binding)),
    text: element.text,
    line: element.line,
  }
}

type Condition = 'if' | 'unless'

/** The value of the parameter that an element depends on. */
function dependsOn(
  { attributes }: XmlElement,
  condition: Condition,
  values: ParameterValues,
): ParameterValues[string] | undefined {
  const name = attributes.get(condition) ?? ''
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function isWanted(element: XmlElement, values: ParameterValues, unreadable: readonly string[]): boolean {
  if (unreadable.includes(element.attributes.get('needs') ?? '')) return false
  return flagOf(element, 'if', values) !== false && flagOf(element, 'unless', values) !== true
}

function flagOf(element: XmlElement, condition: Condition, values: ParameterValues): boolean | undefined {
  const name = element.attributes.get(condition)
  if (name === undefined) return undefined
  const value = dependsOn(element, condition, values)
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== 'anyone'
  throw invalidFetch(
    `The element <${element.name}> at line ${element.line} depends on "${name.slice(0, 40)}", which is no parameter of type boolean or owner.`,
    `Declare it among the parameters, or remove the attribute "${condition}".`,
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
