import {
  XmlElement as ParsedElement,
  XmlError,
  XmlText,
  parseXml as parseDocument,
  type XmlDocument,
} from '@rgrove/parse-xml'
import { invalidFetch, quoted } from '../say/refusals.ts'

export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text directly inside. */
  readonly text: string
  /** Line that its tag begins on, from 1. */
  readonly line: number
}

const MOST_CHARACTERS = 60_000
/** Of a form: what its custom controls are told stands in it too. */
const MOST_OF_FORM = 200_000
const MOST_ELEMENTS = 3_000
const DEEPEST = 30
const OPTIONS = { includeOffsets: true, preserveCdata: true, preserveDocumentType: true }
/** The parser's words for an ampersand that begins no reference of XML. */
const REFERENCE = /^(?:Unterminated|Invalid|Character|Unexpected|Named)\b.*\b(?:reference|entity)/i
const AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/gi

/** What the document is. A form may have namespaces, whose attributes are passed over. */
export type XmlKind = 'FetchXML' | 'chart' | 'form'

/**
 * Reads one XML document, strictly: what is not well-formed, any DTD (entity bombs, external entities), CDATA,
 * processing instructions and namespaces are refused, and so is what is too long or too deep. Comments are dropped.
 * @throws QueryError `invalid_fetchxml`, with the line
 */
export function parseXml(text: string, kind: XmlKind = 'FetchXML'): XmlElement {
  const most = kind === 'form' ? MOST_OF_FORM : MOST_CHARACTERS
  if (text.length > most) throw invalidFetch(`The ${kind} is longer than ${most} characters.`, 'Shorten it.')
  const xml = withoutFence(text)
  // The parser recurses: no element comes without a tag that begins it, so their number bounds its depth.
  if (xml.split(/<(?![/!?])/, MOST_ELEMENTS + 2).length > MOST_ELEMENTS + 1) throw tooMany(kind)
  const { children, root } = parsed(xml, kind)
  if (!root || children.some((node) => node.type === 'doctype'))
    throw invalidFetch(`The ${kind} has a document type.`, 'Remove <!DOCTYPE …>: entities are not supported.')
  if (children.some((node) => node.type === 'pi')) throw unsupported(kind, 'a processing instruction')
  return toElement(root, { kind, lineAt: lineCounter(xml) }, 1)
}

function withoutFence(text: string): string {
  // As XML 1.0 §2.11 has it; the parser takes the square of their number for it.
  const trimmed = text.trim().replaceAll(/\r\n?/g, '\n')
  const start = trimmed.indexOf('<')
  const isFenced = trimmed.startsWith('```') && trimmed.endsWith('```') && start >= 0
  return isFenced ? trimmed.slice(start, -3).trim() : trimmed
}

function parsed(xml: string, kind: XmlKind): XmlDocument {
  try {
    return parseDocument(xml, OPTIONS)
  } catch (error) {
    throw error instanceof XmlError ? notWellFormed(error, xml, kind) : tooMany(kind)
  }
}

function notWellFormed(error: XmlError, xml: string, kind: XmlKind): Error {
  const problem = error.message.split('\n', 1)[0]?.replace(/ \(line \d+, column \d+\)$/, '') ?? ''
  const sentence = `The ${kind} is not well-formed XML at line ${error.line}, column ${error.column}: ${problem}.`
  const repair = REPAIRS.find(([start]) => problem.startsWith(start))?.[1] ?? NOT_CLOSED
  return invalidFetch(sentence.toWellFormed(), REFERENCE.test(problem) ? escapeHere(xml, error.pos) : repair)
}

const NOT_CLOSED = 'Close every element that you open, and quote every attribute.'
/** How the parser's words for a problem begin, and what to do about it. */
const REPAIRS: readonly (readonly [start: string, nextStep: string])[] = [
  ['Unescaped `<`', 'Write < as &lt; in a value.'],
  ['Root element', 'Send XML that begins with <fetch> and ends with </fetch>.'],
  ['Extra content', 'Send one <fetch> element and nothing after it.'],
  ['Attribute value expected', 'Write each attribute as name="value", in straight quotes.'],
  ['Duplicate attribute', 'Write each attribute of an element once.'],
  ['Invalid character', 'Remove control characters and broken Unicode.'],
]

function escapeHere(xml: string, at: number): string {
  const around = xml.slice(Math.max(0, at - 20), at + 40)
  const escaped = /(?<=^|["'<>=])[^"'<>=]*&[^"'<>]*/.exec(around)?.[0].replaceAll(AMPERSAND, '&amp;').trim()
  return `Write & as &amp;${escaped?.includes('&amp;') ? `, here: ${quoted(escaped)}` : ''}.`
}

type Reading = { readonly kind: XmlKind; readonly lineAt: (offset: number) => number }

function toElement(node: ParsedElement, reading: Reading, depth: number): XmlElement {
  const { kind, lineAt } = reading
  if (depth > DEEPEST) throw tooMany(kind)
  const attributes = new Map(Object.entries(node.attributes))
  const line = lineAt(node.start)
  const spaced = [...attributes.keys()].filter(isOfNamespace)
  if (kind === 'form') for (const name of spaced) attributes.delete(name)
  else if (spaced.length > 0) throw unsupported(kind, 'a namespace', line)
  if (node.name.includes(':')) throw unsupported(kind, 'a namespace', line)
  let text = ''
  const children: XmlElement[] = []
  for (const child of node.children) {
    if (child instanceof ParsedElement) children.push(toElement(child, reading, depth + 1))
    else if (child.type === 'cdata') throw unsupported(kind, 'a CDATA section', line)
    else if (child instanceof XmlText) text += child.text
    else throw unsupported(kind, 'a processing instruction', line)
  }
  return { name: node.name, attributes, children, text, line }
}

function isOfNamespace(name: string): boolean {
  return name.includes(':') || name === 'xmlns'
}

/** Elements come in document order, so that each line is counted once. */
function lineCounter(xml: string): (offset: number) => number {
  let [line, reached] = [1, 0]
  return (offset) => {
    for (; reached < offset; reached += 1) if (xml[reached] === '\n') line += 1
    return line
  }
}

function unsupported(kind: XmlKind, what: string, line?: number): Error {
  return invalidFetch(
    `The ${kind} has ${what}${line === undefined ? '' : ` at line ${line}`}, which ${kind === 'FetchXML' ? kind : `a ${kind}`} does not use.`,
    'Write plain elements and attributes only; escape & as &amp; and < as &lt; in values.',
  )
}

function tooMany(kind: XmlKind): Error {
  return invalidFetch(
    `The ${kind} has more than ${MOST_ELEMENTS} elements, or more than ${DEEPEST} inside each other.`,
    'Simplify the query.',
  )
}
