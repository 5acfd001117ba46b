import * as z from 'zod'
import { QueryError } from '../../../dataverse/errors.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import type { Catalogue } from '../../../reports/catalogue/catalogue.ts'
import { OWNERS, type ReportDefinition, type ReportParameter, type ReportResult } from '../../../reports/definition.ts'
import { reportLines } from '../../../reports/describe-report.ts'
import { isOfAsker } from '../../../reports/of-asker.ts'
import { runReport } from '../../../reports/run/run-report.ts'
import { sizedPage } from '../../fitting/expected-rows.ts'
import { ColumnsSchema, RowsSchema, ValuesSchema } from '../../tool/row-schemas.ts'
import { defineTool, type Tool, type ToolContext } from '../../tool/tool.ts'
import { denseReport } from './dense-report.ts'
import { asksForNothing, LISTS, savedInDynamics, slugOf } from './saved.ts'

const Output = z.object({
  report: z.string(),
  title: z.string(),
  asOf: z.string(),
  timeZone: z.string().optional(),
  currency: z.string().optional().describe('Of the totals'),
  parameters: z.record(z.string(), z.unknown()),
  reading: z.array(z.string()),
  notes: z.array(z.string()),
  totals: z.array(z.record(z.string(), z.unknown())).describe('title, value, text'),
  more: z.boolean().describe('Whether rows exist beyond these'),
  columns: ColumnsSchema,
  rows: RowsSchema,
  values: ValuesSchema,
  picture: z.record(z.string(), z.unknown()),
  recordLink: z.string().optional(),
  cursor: z.string().optional().describe('For query_crm: the next rows'),
})

/** Runs one of the reports of a catalogue: one Dataverse request once the person is known. */
export function runReportTool(catalogue: Catalogue): Tool {
  return defineTool({
    name: 'run_report',
    title: 'Run a report',
    description:
      'Use this when a usual sales or service question is one of the reports listed under report, or a saved view, chart or dashboard is asked for: totals, then rows. Each report takes some of the other arguments. To draw it use show_report; for other conditions query_crm.',
    status: { invoking: 'Running the report', invoked: 'Ran the report' },
    input: () => inputOf(catalogue),
    output: () => Output,
    run: async (args, context) => {
      return await denseReport(await resultOf(catalogue, args, context), context)
    },
  })
}

type Arguments = z.output<ReturnType<typeof inputOf>>
type Others = Readonly<Record<string, unknown>>

async function resultOf(catalogue: Catalogue, args: Arguments, context: ToolContext): Promise<ReportResult> {
  const { report: slug, view, chart, dashboard, entity, ...rest } = args
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
    sized: async (at: Cursor, columns: readonly OutputColumn[]) => await sizedPage(at, columns, context),
  }
  const asked = { report: slug, view, chart, dashboard, entity }
  const about = slugOf(asked)
  if (about !== undefined) context.about({ report: about })
  const saved = await savedInDynamics({ ...asked, others }, deps)
  if (saved) return saved
  const definition = catalogue.bySlug(slug ?? '')
  if (!definition) throw unknownReport()
  return await runReport(definition, argumentsOf(definition, withOwner(definition, { ...others, entity })), deps)
}

/** Each with words of its own, or the listing would fold them into a list of types, which strict clients drop. */
const TYPES = {
  integer: z.int().describe('A number'),
  boolean: z.boolean().describe('Or yes or no'),
  owner: z.enum(OWNERS).describe('Or an owner'),
}

/** The type of an argument that reports, a deployment's own among them, may declare as different ones. */
function schemaOf(types: readonly ReportParameter['type'][]): z.ZodType {
  const [only, ...others] = [...new Set(types)].toSorted()
  if (others.length > 0) return z.union([...new Set(types)].map((type) => TYPES[type]))
  return only === 'owner' ? z.enum(OWNERS) : only === 'boolean' ? z.boolean() : z.int()
}

const SavedName = z.string().min(1).max(200)

function inputOf({ all }: Catalogue) {
  const parameters = Map.groupBy(
    all.flatMap((report) => report.parameters).filter(({ name }) => name !== 'report'),
    ({ name }) => name,
  )
  const shape = [...parameters].map(([name, uses]) => {
    const schema = schemaOf(uses.map(({ type }) => type))
    const described = [...new Set(uses.map(({ description }) => description))].join('; ')
    return [name, schema.optional().describe(described)] as const
  })
  return z.object({
    report: z
      .enum([...all.map(({ slug }) => slug), ...LISTS])
      .optional()
      .describe(reportLines(all)),
    view: SavedName.optional().describe('Instead: name or id of a saved view'),
    chart: SavedName.optional().describe('Or of a chart, over view'),
    dashboard: SavedName.optional().describe('Its parts'),
    entity: SavedName.optional().describe('Of saved ones'),
    [MINE]: z.boolean().optional().describe('The same as owner: me'),
    ...Object.fromEntries(shape),
  })
}

/** What `owner` was before it had more words; names of arguments stay. */
const MINE = 'mine'

/** @throws QueryError where both are given and differ, or where a report of one's own rows is asked for those of all */
function withOwner(definition: ReportDefinition, args: Others): Others {
  const { slug, parameters } = definition
  const { [MINE]: mine, ...rest } = args
  if (parameters.some(({ name }) => name === MINE)) return args
  const owner = parameters.find(({ type }) => type === 'owner')
  if (!owner) return asksForOwn(args) && isOfAsker(definition) ? withoutAsker(slug, args) : args
  const { name, default: fallback } = owner
  if (mine === false && rest[name] === undefined && fallback !== 'anyone') throw ofOwnRows(slug, `${MINE}: false`)
  if (mine !== true || rest[name] === 'me') return rest
  if (rest[name] === undefined) return { ...rest, [name]: 'me' }
  throw new QueryError(
    'invalid_parameter',
    `mine and ${name} contradict each other.`,
    `Give ${name} alone: "me" is what mine was.`,
  )
}

const asksForOwn = ({ mine, owner }: Others): boolean => mine !== undefined || owner !== undefined

/** Whose rows a report shows that has no words for it: those of who asks, and so it is no other question. */
function withoutAsker(slug: string, { [MINE]: mine, owner, ...rest }: Others): Others {
  if (mine === false) throw ofOwnRows(slug, `${MINE}: false`)
  if (owner !== undefined && owner !== 'me') throw ofOwnRows(slug, `owner: ${JSON.stringify(owner)}`)
  return rest
}

function ofOwnRows(slug: string, asked: string): QueryError {
  return new QueryError(
    'invalid_parameter',
    `The report ${slug} shows the person's own rows, so that ${asked} has no place in it.`,
    'Leave it out; rows of others are for query_crm.',
  )
}

/** A model fills in all arguments that it is told of: one that the report does not take may ask for nothing. */
function argumentsOf({ parameters }: ReportDefinition, args: Others): Others {
  const isTaken = (name: string): boolean => parameters.some((one) => one.name === name)
  return Object.fromEntries(Object.entries(args).filter(([name, value]) => isTaken(name) || !asksForNothing(value)))
}

function unknownReport(): QueryError {
  return new QueryError('invalid_arguments', 'There is no such report.', 'Use one that the input schema lists.')
}
