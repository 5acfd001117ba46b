import type { Metadata } from '../../dataverse/metadata/model.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import type { ReportColumn, ReportDefinition, ReportTotal } from '../definition.ts'
import { termOf } from '../run/bind.ts'

/** What the company's words make of a report. */
export type ReportTerms = {
  /** Whether a filter that holds conditions stands for the term of that name instead. */
  readonly asTerm: (name: string) => boolean
  /** Columns of dates that periods go by, and those that the company goes by instead. */
  readonly dates: ReadonlyMap<string, string>
  /** Names of the terms whose figures it does not have. */
  readonly figures: ReadonlySet<string>
  /** Parameters that act on nothing. */
  readonly idle: readonly string[]
  readonly reading: readonly string[]
}

/** What a filter holds is what its word means where nobody says otherwise. */
export const AS_WRITTEN: ReportTerms = {
  asTerm: () => false,
  dates: new Map(),
  figures: new Set(),
  idle: [],
  reading: [],
}

/** A report that names no word reads no list of them. */
export async function reportTerms(
  definition: ReportDefinition,
  metadata: Pick<Metadata, 'terms'>,
): Promise<ReportTerms> {
  const { queries, columns, totals } = definition
  const roots = queries.map(({ fetchxml }) => parseXml(fetchxml))
  const figures = [...columns, ...totals].flatMap(termsOfFigure)
  if (figures.length === 0 && roots.every((root) => namesIn(root).length === 0)) return AS_WRITTEN
  const terms = await metadata.terms()
  if (!terms.some(({ isOwn }) => isOwn)) return AS_WRITTEN
  const { ownTerms } = await import('./own-terms.ts')
  return ownTerms(definition, roots, terms)
}

/** The words that stand for conditions, wherever they do. */
export function namesIn(element: XmlElement): readonly string[] {
  const term = termOf(element)
  return [...(term === undefined ? [] : [term]), ...element.children.flatMap(namesIn)]
}

/** The table that a query is of. */
export function tableOf({ children }: XmlElement): string {
  return children.find(({ name }) => name === 'entity')?.attributes.get('name') ?? ''
}

/** Whatever period and grouping of dates a query has goes by the company's column. */
export function withDates(element: XmlElement, dates: ReadonlyMap<string, string>): XmlElement {
  if (dates.size === 0) return element
  const { attributes, children } = element
  const member = element.name === 'condition' ? 'attribute' : attributes.has('dategrouping') ? 'name' : undefined
  const column = member === undefined ? undefined : dates.get(attributes.get(member) ?? '')
  return {
    ...element,
    attributes: member === undefined || column === undefined ? attributes : new Map([...attributes, [member, column]]),
    children: children.map((child) => withDates(child, dates)),
  }
}

/** The terms that a column or a total is the figure of. */
export function termsOfFigure(one: ReportColumn | ReportTotal): readonly string[] {
  return ('term' in one ? one.term : undefined) ?? []
}

/** The report without figures and rules that a company means something else by; what is left of the rules is read first. */
export function inOwnWords(definition: ReportDefinition, { asTerm, figures }: ReportTerms): ReportDefinition {
  const { rules = [], ...report } = definition
  const told = rules.filter((rule) => !asTerm(rule.term)).map(({ text }) => text)
  return withoutFigures({ ...report, reading: [...told, ...report.reading] }, figures)
}

function withoutFigures(definition: ReportDefinition, figures: ReadonlySet<string>): ReportDefinition {
  if (figures.size === 0) return definition
  const { sort, columns, totals, picture, ...rest } = definition
  const isOther = (one: ReportColumn | ReportTotal): boolean => termsOfFigure(one).some((name) => figures.has(name))
  const gone = new Set(columns.filter(isOther).map(({ key }) => key))
  const isDrawn = [picture.label, picture.value].some((key) => key !== undefined && gone.has(key))
  return {
    ...rest,
    ...(sort && !gone.has(sort.key) && { sort }),
    columns: columns.filter(({ key }) => !gone.has(key)),
    totals: totals.filter((total) => !isOther(total) && !('of' in total && gone.has(total.of) && !('part' in total))),
    picture: isDrawn ? { kind: 'table' } : picture,
  }
}
