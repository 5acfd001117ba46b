import { isoInZone, zoneOf } from '../../../dataverse/local-time.ts'
import { denseRows, type DenseColumn, type DenseRows, type LabelValues } from '../../../dataverse/rows/dense-rows.ts'
import type { FinishedAnalysis } from '../../../reports/analysis/finish/finish-analysis.ts'
import { readableText } from '../../tool/readable-text.ts'
import { bytesForRows, fitDense } from '../../tool/result.ts'
import type { ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { visibleTexts } from '../../../dataverse/records/visible-text.ts'

export type DenseAnalysis = {
  readonly reading: string
  readonly entity: string
  readonly asOf: string
  readonly timeZone?: string
  readonly notes?: readonly string[]
  readonly interpreted?: readonly string[]
  readonly columns: readonly DenseColumn[]
  readonly rows: DenseRows['rows']
  readonly values?: LabelValues
  readonly totals?: FinishedAnalysis['totals']
}

type Told = FinishedAnalysis & { readonly entity: string; readonly interpreted: readonly string[] }

/** Of the sentence that tells of rows left out. */
const NOTE_BYTES = 200

/** An analysis as a tool tells it: what was counted first, then as many rows as the budget has room for. */
export async function denseAnalysis(told: Told, context: ToolContext): Promise<ToolOutcome<DenseAnalysis>> {
  const { timeZone } = await context.metadata.person()
  const zone = zoneOf(timeZone.name)
  const dense = denseRows(visibleTexts(told.rows), told.columns)
  const { reading, entity, interpreted, totals } = told
  const frame = { ...told, rows: [], columns: dense.columns, said: 'x'.repeat(NOTE_BYTES) }
  const { columns, rows, labels } = fitDense(dense, bytesForRows(context.limits.resultBytes, frame), true)
  const left = dense.rows.length - rows.length
  const notes = [...told.notes, ...(left > 0 ? [leftNote(left)] : []), ...(zone.known ? [] : [UNKNOWN_ZONE])]
  const structured: DenseAnalysis = {
    reading,
    entity,
    asOf: isoInZone(context.now(), zone.iana),
    ...(zone.known && { timeZone: zone.iana }),
    ...(notes.length > 0 && { notes }),
    ...(interpreted.length > 0 && { interpreted }),
    columns,
    rows,
    ...(Object.keys(labels).length > 0 && { values: labels }),
    ...(totals && { totals }),
  }
  return { structured, text: textOf(structured), rows: rows.length, records: [] }
}

const UNKNOWN_ZONE = 'The time zone of the person is not known here: days are those of UTC.'

function leftNote(left: number): string {
  return `${left} rows did not fit and were left out; totals count them. A smaller top, or fewer measures, makes all fit.`
}

function textOf({ reading, notes = [], interpreted = [], columns, rows, values = {}, totals }: DenseAnalysis): string {
  const over = Object.entries(totals ?? {}).map(([name, figure]) => `${name} ${figure ?? 'none'}`)
  const text = readableText({
    heading: reading,
    first: [...notes, ...interpreted, ...(over.length > 0 ? [`Over all groups: ${over.join(', ')}`] : [])],
    columns,
    rows,
    labels: values,
    last: [],
    reserved: NOTE_BYTES,
  })
  const shown = text.shown < rows.length ? ` This text shows ${text.shown} of ${rows.length} rows.` : ''
  return text.with(shown)
}
