import * as z from 'zod'
import { QueryError } from '../../../dataverse/errors.ts'
import type { Catalogue } from '../../../reports/catalogue/catalogue.ts'
import type { ReportDefinition, ReportResult } from '../../../reports/definition.ts'
import { runReport } from '../../../reports/run/run-report.ts'
import { SAVED_VIEWS } from '../../../reports/views/find-view.ts'
import { reportText } from '../../reports/report-text.ts'
import { bytesForRows, takeWithin } from '../../tool/result.ts'
import { RowsSchema } from '../../tool/row-schemas.ts'
import { defineTool, type Tool, type ToolContext } from '../../tool/tool.ts'
import { savedView } from './saved-view.ts'

const Output = z.object({
  report: z.string(),
  title: z.string(),
  asOf: z.string(),
  timeZone: z.string().optional(),
  currency: z.string().optional().describe('Of amounts without a label'),
  parameters: z.record(z.string(), z.unknown()),
  reading: z.array(z.string()).describe('How to read it'),
  columns: z.array(z.record(z.string(), z.unknown())),
  totals: z.array(z.record(z.string(), z.unknown())).describe('title, value, text'),
  rows: RowsSchema,
  more: z.boolean().describe('Whether rows exist beyond these'),
  picture: z.record(z.string(), z.unknown()),
  recordLink: z.string().optional().describe('Link to a record: put in its {entity} and {id}'),
  notes: z.array(z.string()).describe('What was left out'),
})

/** Runs one of the reports of a catalogue: one Dataverse request once the person is known. */
export function runReportTool(catalogue: Catalogue): Tool {
  return defineTool({
    name: 'run_report',
    title: 'Run a report',
    description:
      'Runs a predefined report, or a saved view: totals, then rows. Each report takes some of the other arguments.',
    status: { invoking: 'Running the report', invoked: 'Ran the report' },
    input: inputOf(catalogue),
    output: Output,
    run: async (args, context) => {
      const fitted = fit(await resultOf(catalogue, args, context), context)
      return { structured: mutable(fitted), rows: fitted.rows.length, text: reportText(fitted) }
    },
  })
}

type Arguments = z.output<ReturnType<typeof inputOf>>
type Others = Readonly<Record<string, unknown>>

async function resultOf(catalogue: Catalogue, args: Arguments, context: ToolContext): Promise<ReportResult> {
  const { report: slug, view, entity, ...rest } = args
  const others: Others = rest
  const deps = {
    dataverse: context.dataverse,
    metadata: context.metadata,
    namedRows: context.namedRows,
    systemUserId: context.caller.systemUserId,
    now: context.now,
    about: context.about,
    dataverseUrl: context.dataverseUrl,
    limits: { maxTop: context.limits.maxTop, deadline: context.deadline },
  }
  const about = view === undefined ? slug : SAVED_VIEWS
  if (about !== undefined) context.about({ report: about })
  const viewed = await savedView({ report: slug, view, entity, others }, deps)
  if (viewed) return viewed
  const definition = catalogue.bySlug(slug ?? '')
  if (!definition) throw unknownReport()
  return await runReport(definition, argumentsOf(definition, { ...others, entity }), deps)
}

/** Each with words of its own, or the listing would fold them into a list of types, which strict clients drop. */
const NUMBER_OR_BOOLEAN = z.union([z.int().describe('A number'), z.boolean().describe('Or yes or no')])

function inputOf({ all }: Catalogue) {
  const parameters = Map.groupBy(
    all.flatMap((report) => report.parameters).filter(({ name }) => name !== 'report'),
    ({ name }) => name,
  )
  const shape = [...parameters].map(([name, uses]) => {
    const types = new Set(uses.map(({ type }) => type))
    const schema = types.size > 1 ? NUMBER_OR_BOOLEAN : types.has('boolean') ? z.boolean() : z.int()
    const described = [...new Set(uses.map(({ description }) => description))].join('; ')
    return [name, schema.optional().describe(described)] as const
  })
  return z.object({
    report: z.enum([...all.map(({ slug }) => slug), SAVED_VIEWS]).optional(),
    view: z.string().min(1).max(200).optional().describe('Instead: name or id of a saved view'),
    entity: z.string().min(1).max(200).optional().describe('Of saved views'),
    ...Object.fromEntries(shape),
  })
}

/** A model fills in all arguments that it is told of: false for one that the report does not take asks for nothing. */
function argumentsOf({ parameters }: ReportDefinition, args: Others): Others {
  const isTaken = (name: string): boolean => parameters.some((one) => one.name === name)
  return Object.fromEntries(Object.entries(args).filter(([name, value]) => isTaken(name) || value !== false))
}

/** As many rows as the byte budget has room for. */
function fit(result: ReportResult, { limits }: ToolContext): ReportResult {
  const { rows, ...frame } = result
  const kept = takeWithin([...rows], bytesForRows(limits.resultBytes, frame))
  const left = rows.length - kept.length
  if (left === 0) return { ...result, rows: kept }
  const note = `${left} rows did not fit and were left out; the totals count them. Use query_crm with fewer columns for the rest.`
  return { ...result, rows: kept, more: true, notes: [...result.notes, note] }
}

function mutable(result: ReportResult): z.output<typeof Output> {
  const { columns, totals, rows, reading, notes, parameters, picture, ...rest } = result
  return {
    ...rest,
    reading: [...reading],
    parameters: { ...parameters },
    picture: { ...picture },
    columns: columns.map((column) => ({ ...column })),
    totals: totals.map((total) => ({ ...total })),
    rows: [...rows],
    notes: [...notes],
  }
}

function unknownReport(): QueryError {
  return new QueryError('invalid_arguments', 'There is no such report.', 'Use one that the input schema lists.')
}
