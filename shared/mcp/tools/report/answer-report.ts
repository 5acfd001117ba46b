import { QueryError } from '../../../dataverse/errors.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import type { Cursor } from '../../../dataverse/rows/cursor.ts'
import type { Catalogue } from '../../../reports/catalogue/catalogue.ts'
import type { ReportDefinition, ReportResult } from '../../../reports/definition.ts'
import { isOfAsker } from '../../../reports/of-asker.ts'
import { isNamedSo } from '../../../reports/views/near-named.ts'
import { runReport } from '../../../reports/run/run-report.ts'
import { sizedPage } from '../../fitting/expected-rows.ts'
import type { ToolContext } from '../../tool/tool.ts'
import { denseReport } from './dense-report.ts'
import { MINE, type ReportArguments } from './run-report.ts'
import { asksForNothing, savedInDynamics, slugOf } from './saved.ts'

/** @throws QueryError, DataverseError */
export async function answerReport(
  catalogue: Catalogue,
  args: ReportArguments,
  context: ToolContext,
): ReturnType<typeof denseReport> {
  return await denseReport(await resultOf(catalogue, args, context), context)
}

type Others = Readonly<Record<string, unknown>>

async function resultOf(catalogue: Catalogue, args: ReportArguments, context: ToolContext): Promise<ReportResult> {
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
  const saved = await savedInDynamics({ ...asked, others }, deps).catch((error: unknown) => {
    throw orReport(error, dashboard ?? chart ?? view ?? '', catalogue)
  })
  if (saved) return saved
  const definition = catalogue.bySlug(slug ?? '')
  if (!definition) throw unknownReport()
  return await runReport(definition, argumentsOf(definition, withOwner(definition, { ...others, entity })), deps)
}

const UNKNOWN: ReadonlySet<string> = new Set(['unknown_view', 'unknown_chart', 'unknown_dashboard'])

/** What nobody saved may be a report: `open opps` is one of those that are there for everybody. */
function orReport(error: unknown, wanted: string, { all }: Catalogue): unknown {
  if (!(error instanceof QueryError) || !UNKNOWN.has(error.code)) return error
  const found = all.filter(({ slug, title }) => isNamedSo(wanted, `${title} ${slug}`)).slice(0, MOST_REPORTS)
  if (found.length === 0) return error
  const calls = found.map(({ slug }) => JSON.stringify({ report: slug })).join(' or ')
  return new QueryError(error.code, error.message, `${error.nextStep} A report is called so, too: ${calls}.`)
}

const MOST_REPORTS = 3

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
