import { QueryError } from '../../dataverse/errors.ts'
import { parseXml, type XmlElement } from '../../dataverse/query/from-fetchxml/xml.ts'
import type { Picture, ReportResult } from '../definition.ts'

/** How it was saved to be drawn, e.g. `StackedColumn`; undefined where that cannot be read. */
export function chartTypeOf(presentation: string): string | undefined {
  if (presentation.trim() === '') return undefined
  try {
    return typeIn(parseXml(presentation, 'chart'))
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}

function typeIn({ name, attributes, children }: XmlElement): string | undefined {
  const type = name.toLowerCase() === 'series' ? attributes.get('ChartType')?.trim() : undefined
  if (type !== undefined && TYPE.test(type)) return type
  for (const child of children) {
    const found = typeIn(child)
    if (found !== undefined) return found
  }
  return undefined
}

/** A word of the chart controls, and no sentence of whoever saved the chart. */
const TYPE = /^[A-Za-z]\w{0,29}$/

type Drawn = Extract<Picture['kind'], 'bars' | 'columns' | 'lines' | 'funnel'>

/**
 * What is drawn for the types of the chart controls; a circle's parts are compared as bars, which can be read.
 * @see https://learn.microsoft.com/dotnet/api/system.web.ui.datavisualization.charting.seriescharttype
 */
const DRAWN: ReadonlyMap<string, Drawn> = new Map([
  ...typesOf('columns', 'column rangecolumn stackedcolumn stackedcolumn100'),
  ...typesOf('bars', 'bar stackedbar stackedbar100'),
  ...typesOf('lines', 'line spline stepline fastline area splinearea stackedarea stackedarea100'),
  ...typesOf('funnel', 'funnel pyramid'),
])

function typesOf(drawn: Drawn, types: string): (readonly [string, Drawn])[] {
  return types.split(' ').map((type) => [type, drawn] as const)
}

/** Which need no word of how they are drawn. */
const AS_SAVED: Readonly<Record<string, readonly string[]>> = {
  columns: ['column'],
  bars: ['bar'],
  lines: ['line'],
  funnel: ['funnel'],
  stacked: ['stackedcolumn', 'stackedbar', 'stackedarea'],
}

export type Shape = {
  /** As saved. */
  readonly type: string | undefined
  /** Keys of the axis and of the series. */
  readonly groups: readonly string[]
  readonly measures: readonly string[]
  /** The axis is of dates. */
  readonly isOfDates: boolean
  /** The figures of the series are parts of one: sums and counts, never averages. */
  readonly canStack: boolean
}

type Drawing = { readonly picture: Picture; readonly drawing: NonNullable<ReportResult['drawing']> }

/** The picture of a chart's rows, and what is said of the one that is drawn where it is another than was saved. */
export function pictureOf(shape: Shape): Drawing {
  const { type, groups, measures } = shape
  const kind = kindOf(shape)
  const [label, series] = groups
  const [value, ...others] = measures
  const picture = kind === 'table' ? { kind } : { kind, label, value, ...(series !== undefined && { series }) }
  return {
    picture,
    drawing: (drawn) => [
      ...(type === undefined ? ['How it is drawn could not be read from it.'] : asSaved(type, drawn)),
      ...(others.length > 0 && drawn !== 'table' ? ['Its other figures are columns of the table.'] : []),
    ],
  }
}

function asSaved(type: string, drawn: Picture['kind']): readonly string[] {
  if (AS_SAVED[drawn]?.includes(type.toLowerCase()) === true) return []
  return [`Saved as ${type}; ${drawn === 'table' ? 'shown as a table' : `drawn as ${WORDS[drawn]}`}.`]
}

const WORDS: Readonly<Record<Exclude<Picture['kind'], 'table'>, string>> = {
  bars: 'bars',
  columns: 'columns',
  lines: 'lines',
  funnel: 'a funnel',
  stacked: 'stacked bars',
}

function kindOf({ type, groups, measures, isOfDates, canStack }: Shape): Picture['kind'] {
  const drawn = DRAWN.get(type?.toLowerCase() ?? '') ?? (isOfDates ? 'columns' : 'bars')
  if (measures.length === 0 || groups.length === 0 || groups.length > 2) return 'table'
  if (groups.length === 1) return drawn
  if (drawn === 'lines' && isOfDates && !isStacked(type)) return 'lines'
  return canStack ? 'stacked' : isOfDates ? 'lines' : 'table'
}

function isStacked(type: string | undefined): boolean {
  return type?.toLowerCase().startsWith('stacked') === true
}
