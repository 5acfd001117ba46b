/*
 * FetchXML's elements, each with the attributes and children that it may have (Microsoft's fetch schema):
 *
 *   fetch       := entity order*
 *   entity      := (attribute | all-attributes | no-attrs | order | filter | link-entity)*
 *   link-entity := (attribute | all-attributes | no-attrs | order | filter | link-entity)*
 *   filter      := (condition | filter | link-entity)*
 *   condition   := value*
 *   value       := text
 *
 * Names are case-sensitive. Namespaced attributes (`xmlns:x`, `x:y`) are nobody's business and pass.
 */
import { XMLParser } from 'fast-xml-parser'

import { DataverseFault, invalidNode } from '../http/errors.ts'

/** An element in document order. */
export type Element = {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

type Shape = { readonly attributes: ReadonlySet<string>; readonly children: ReadonlySet<string> }

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').filter(Boolean))
const shape = (attributes: string, children = ''): Shape => ({
  attributes: words(attributes),
  children: words(children),
})

const SOURCE_CHILDREN = 'attribute all-attributes no-attrs order filter link-entity'
const PREFILTER = 'enableprefiltering prefilterparametername'

const SHAPES: Readonly<Record<string, Shape>> = {
  fetch: shape(
    'version count page paging-cookie utc-offset aggregate aggregatelimit distinct top mapping output-format no-lock ' +
      'min-active-row-version returntotalrecordcount savedqueryid useraworderby latematerialize options datasource',
    'entity order',
  ),
  entity: shape(`name ${PREFILTER}`, SOURCE_CHILDREN),
  'link-entity': shape(`name from to alias link-type visible intersect ${PREFILTER}`, SOURCE_CHILDREN),
  attribute: shape('name alias aggregate groupby dategrouping usertimezone distinct rowaggregate build addedby'),
  'all-attributes': shape(''),
  'no-attrs': shape(''),
  order: shape('attribute alias descending entityname'),
  filter: shape(
    'type hint isquickfindfields overridequickfindrecordlimitenabled overridequickfindrecordlimitdisabled',
    'condition filter link-entity',
  ),
  condition: shape(
    'attribute operator value valueof entityname column aggregate alias rowaggregate uiname uitype uihidden',
    'value',
  ),
  value: shape('uiname uitype'),
}

const parser: { parse(xml: string, validate: boolean): unknown } = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // oxlint-disable-next-line typescript/no-deprecated -- its successor has to be told every entity
  htmlEntities: true,
})

type ParsedNode = Readonly<Record<string, unknown>>

function toElements(nodes: readonly ParsedNode[]): Element[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@' && key !== '#text' && !key.startsWith('?'))
    if (tag === undefined) return []
    const inner = node[tag] as readonly ParsedNode[]
    const text = inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('')
    const attributes = (node[':@'] ?? {}) as Record<string, string>
    return [{ tag, attributes, children: toElements(inner), text }]
  })
}

function readXml(xml: string): Element[] {
  if (xml.trim() === '') throw new DataverseFault(400, '0x80041124', "Xml String can't be null.")
  // An entity of a document type may name a file or unfold without end: the service allows none, and neither does this.
  if (/<!DOCTYPE/i.test(xml)) {
    throw new DataverseFault(400, '0x80040201', 'Invalid XML. DTD is prohibited in this XML document.')
  }
  try {
    return toElements(parser.parse(xml, true) as ParsedNode[])
  } catch (error) {
    throw new DataverseFault(400, '0x80040201', `Invalid XML. ${error instanceof Error ? error.message : ''}`)
  }
}

function checkShape({ tag, attributes, children }: Element): void {
  const known = SHAPES[tag]
  if (!known) throw invalidNode(`The element node encountered is invalid: <${tag}>.`)
  const strange = Object.keys(attributes).find(
    (name) => !name.includes(':') && name !== 'xmlns' && !known.attributes.has(name),
  )
  if (strange !== undefined) {
    throw invalidNode(`The element node encountered is invalid: <${tag}> has no attribute '${strange}'.`)
  }
  for (const child of children) {
    if (!known.children.has(child.tag)) {
      throw invalidNode(`The element node encountered is invalid: <${child.tag}> in <${tag}>.`)
    }
    checkShape(child)
  }
}

/** Reads XML as a tree of FetchXML's elements. @throws DataverseFault 400 for what is no XML or no FetchXML */
export function readElements(xml: string): Element {
  const [root] = readXml(xml)
  if (root?.tag !== 'fetch') throw invalidNode(`The element node encountered is invalid: <${root?.tag ?? ''}>.`)
  checkShape(root)
  return root
}

/** @throws DataverseFault 400 0x8004111e when the attribute is missing or empty */
export function required(element: Element, name: string): string {
  const value = element.attributes[name]
  if (value !== undefined && value !== '') return value
  const text = `A required attribute was not specified: '${name}' of <${element.tag}>.`
  throw new DataverseFault(400, '0x8004111e', text)
}

/** The codes with which Dataverse refuses a flag that is none; any other flag has the general one. */
const FLAG_CODES: Readonly<Record<string, string>> = {
  distinct: '0x80041115',
  'no-lock': '0x80041118',
  descending: '0x80041119',
  'min-active-row-version': '0x8004111b',
  groupby: '0x8004112e',
  isquickfindfields: '0x80041138',
}

/** `true`, `1`, `false` or `0`; undefined when absent. @throws DataverseFault 400 for anything else */
export function flagOf(element: Element, name: string): boolean | undefined {
  const text = element.attributes[name]
  if (text === undefined || text === '') return undefined
  if (/^(true|1)$/i.test(text)) return true
  if (/^(false|0)$/i.test(text)) return false
  const code = FLAG_CODES[name] ?? '0x80041139'
  throw new DataverseFault(400, code, `The only valid values for ${name} attribute are 'true', 'false', '1', and '0'.`)
}

/** @throws DataverseFault 400 for what is no whole number within its limits */
export function numberOf(element: Element, name: string, minimum: number, maximum: number): number | undefined {
  const text = element.attributes[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
  throw new DataverseFault(
    400,
    '0x80041139',
    `Invalid value '${text}' for the attribute '${name}' of <${element.tag}>: a whole number from ${minimum} to ${maximum}.`,
  )
}
