import type { XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import { BUILT_IN_TERMS } from '../../dataverse/query/terms/built-in.ts'
import { findTerm } from '../../dataverse/query/terms/find-term.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import type { ReportDefinition } from '../definition.ts'
import { termOf } from '../run/bind.ts'
import { namesIn, tableOf, termsOfFigure, type ReportTerms } from './in-reports.ts'
import { figuresOf, usesOf } from './uses.ts'

type Change = { readonly name: string; readonly term: Term; readonly before: Term | undefined }

/** What a report is where a company means something else by its words. */
export function ownTerms(
  definition: ReportDefinition,
  roots: readonly XmlElement[],
  terms: readonly Term[],
): ReportTerms {
  const table = tableOf(roots[0] ?? NOTHING)
  const changes = (names: readonly string[], isOther: (change: Change) => boolean): Change[] =>
    [...new Set(names)].flatMap((name) => {
      const [term, before] = [findTerm(terms, table, name), findTerm(BUILT_IN_TERMS, table, name)]
      return term && isOther({ name, term, before }) ? [{ name, term, before }] : []
    })
  const rows = changes(roots.flatMap(namesIn), ({ term }) => isOtherRows(term, terms))
  const marked = [...definition.columns, ...definition.totals]
  const figures = changes(marked.flatMap(termsOfFigure), (change) => isOtherFigure(change, terms))
  const asTerm = (name: string): boolean => rows.some((one) => one.name === name)
  const idle = idleIn(definition, roots, asTerm)
  const { dates, reading } = datesOf(rows, roots)
  return {
    asTerm,
    dates,
    idle,
    figures: new Set(figures.map(({ name }) => name)),
    reading: [
      ...reading,
      ...(idle.length === 0
        ? []
        : [`No effect here: ${idle.join(', ')}. The company's own definition says what counts.`]),
      ...figures.map((one) => leftOut(one, titlesOf(definition, one.name), roots)),
    ],
  }
}

const NOTHING: XmlElement = { name: '', attributes: new Map(), children: [], text: '', line: 0 }

function isOtherRows(term: Term, terms: readonly Term[]): boolean {
  return term.isOwn || usesOf(term, terms).some((one) => isOtherRows(one, terms))
}

function isOtherFigure({ term, before }: Pick<Change, 'term' | 'before'>, terms: readonly Term[]): boolean {
  if (term.measure !== before?.measure || term.amount !== before?.amount) return true
  return figuresOf(term, terms).some((one) => isOtherRows(one, terms))
}

/** One column cannot stand for two: periods then go by the built-in one, which is said. */
function datesOf(rows: readonly Change[], roots: readonly XmlElement[]): Pick<ReportTerms, 'dates' | 'reading'> {
  const dates = new Map<string, string>()
  const reading: string[] = []
  const all = [...new Set(roots.flatMap(namesIn))]
  for (const { term, before } of rows) {
    if (before?.date === undefined || term.date === undefined || term.date === before.date) continue
    const isOne = rows.length === all.length && rows.every((one) => one.term.date === term.date)
    if (isOne && !term.date.includes('/')) dates.set(before.date, term.date)
    else
      reading.push(
        `Periods here go by ${before.date}; those of "${term.name}" go by ${term.date}: ask analyze for them.`,
      )
  }
  return { dates, reading }
}

/** Parameters that stand in what a term takes the place of, and nowhere else. */
function idleIn(
  { parameters }: ReportDefinition,
  roots: readonly XmlElement[],
  asTerm: (name: string) => boolean,
): string[] {
  const textOf = (element: XmlElement): string => {
    const term = termOf(element)
    if (term !== undefined && asTerm(term)) return ''
    const { attributes, children } = element
    const names = ['if', 'unless'].map((name) => `{{${attributes.get(name) ?? ''}}}`)
    return [...names, ...attributes.values(), ...children.map(textOf)].join(' ')
  }
  const left = roots.map(textOf).join(' ')
  return parameters.flatMap(({ name }) => (left.includes(`{{${name}}}`) ? [] : [name]))
}

function titlesOf({ columns, totals }: ReportDefinition, name: string): string[] {
  return [...new Set([...columns, ...totals].flatMap((one) => (termsOfFigure(one).includes(name) ? [one.title] : [])))]
}

function leftOut({ term, before }: Change, titles: readonly string[], roots: readonly XmlElement[]): string {
  const period = before?.date === undefined ? undefined : roots.map((root) => periodIn(root, before.date)).find(Boolean)
  const asked = {
    entity: term.entity,
    measures: [term.name],
    ...(period !== undefined && term.date !== undefined && { filter: `period eq ${period}` }),
  }
  return `Left out: ${titles.join(', ')}, as the company defines "${term.name}" itself. Call analyze with ${JSON.stringify(asked)}.`
}

/** The period without a number that a query asks for, `this-month`. */
function periodIn({ name, attributes, children }: XmlElement, date: string | undefined): string | undefined {
  const operator = attributes.get('operator') ?? ''
  const isPeriod = name === 'condition' && attributes.get('attribute') === date && !attributes.has('value')
  if (isPeriod && operator.startsWith('this-')) return operator
  return children.map((child) => periodIn(child, date)).find((found) => found !== undefined)
}
