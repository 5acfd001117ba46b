import type { Report } from '../report.ts'
import type { Chart, Wanted } from './data.ts'

/** How a picture is drawn. */
export type Drawing = 'bars' | 'columns' | 'lines' | 'funnel' | 'table'
/** What the person chose, for as long as the answer is shown. */
export type Chosen = { drawing?: Drawing; value?: string }

const NUMBERS: readonly string[] = ['money', 'count', 'number', 'percent']
const MOST_IN_FUNNEL = 12

/** Places of the columns that can be drawn, the report's own first choice first. */
export function measuresOf({ columns, rows, picture }: Report): number[] {
  const places = columns.flatMap(({ name, kind }, at) => {
    const isGroup = name === picture.label || name === picture.series
    return !isGroup && NUMBERS.includes(kind) && rows.some((row) => typeof row[at] === 'number') ? [at] : []
  })
  const own = places.find((at) => columns[at]?.name === picture.value)
  return own === undefined ? places : [own, ...places.filter((at) => at !== own)]
}

/** What is grouped by nothing, such as a list, is a table alone. */
export function wantedOf({ columns, picture }: Report, value: number): Wanted | undefined {
  const place = (of: string | undefined): number => columns.findIndex(({ name }) => name === of)
  const label = place(picture.label)
  return label < 0 ? undefined : { label, value, series: place(picture.series) }
}

/** Whether the groups follow each other: parts of dates, or what the report itself draws so. */
export function isOrdered({ columns, picture }: Report, { label }: Wanted): boolean {
  return columns[label]?.part === 'time' || picture.kind === 'lines'
}

/** Whether the groups are steps, such as a choice's are; else their order says nothing, and a funnel would. */
function isSteps({ columns, values, picture }: Report, { label }: Wanted): boolean {
  const behind = [...(values.get(columns[label]?.name ?? '')?.values() ?? [])]
  return picture.kind === 'funnel' || behind.some((one) => typeof one === 'number')
}

/** In which ways these values can be drawn. */
export function drawingsOf(report: Report, wanted: Wanted, chart: Chart): Drawing[] {
  const { groups, points } = chart
  const isFunnel =
    isSteps(report, wanted) &&
    wanted.series < 0 &&
    groups.length <= MOST_IN_FUNNEL &&
    groups.length > 1 &&
    points.every(({ value }) => value >= 0)
  return [
    'bars',
    'columns',
    ...(isOrdered(report, wanted) && groups.length > 1 ? (['lines'] as const) : []),
    ...(isFunnel ? (['funnel'] as const) : []),
    'table',
  ]
}

/** The one that is drawn until the person chooses another. */
export function firstDrawing({ picture, columns }: Report, { label }: Wanted, offered: readonly Drawing[]): Drawing {
  const { kind } = picture
  const meant = kind === 'stacked' ? (columns[label]?.part === 'time' ? 'columns' : 'bars') : kind
  return offered.find((one) => one === meant) ?? 'bars'
}
