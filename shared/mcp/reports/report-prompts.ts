import { ProtocolError, ProtocolErrorCode, type GetPromptResult, type McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { QueryError } from '../../dataverse/errors.ts'
import type { Catalogue } from '../../reports/catalogue/catalogue.ts'
import { checkParameters } from '../../reports/check/check-parameters.ts'
import type { ReportDefinition, ReportParameter } from '../../reports/definition.ts'
import { promptText } from '../../reports/describe-report.ts'
import type { AuditEvent } from '../../telemetry/events.ts'
import { knownArguments } from '../tool/arguments/known-arguments.ts'
import { idsOf } from '../audit/call-event.ts'
import { reportTerms, type ReportTerms } from '../../reports/terms/in-reports.ts'
import type { DataverseDeps, RequestContext } from '../tool/run-tool.ts'
import { notThere } from './not-there.ts'

/** Any: the SDK's own schema would answer for what is wrong here, in words for programmers. */
const Asked = z.object({ name: z.unknown().optional(), arguments: z.unknown().optional() })
const Arguments = z.record(z.string(), z.unknown())

/**
 * Offers each report as a prompt with its parameters as arguments; each one given is audited.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 */
export function offerReportPrompts(
  server: McpServer,
  catalogue: Catalogue,
  requestContext: RequestContext,
  { terms }: Pick<DataverseDeps, 'terms'>,
): void {
  const ids = idsOf(requestContext)
  const read = async () => (await terms?.(requestContext.audit)) ?? []
  server.server.setRequestHandler('prompts/list', () => ({ prompts: catalogue.all.map(listed) }))
  server.server.setRequestHandler('prompts/get', { params: Asked }, async ({ name, arguments: given }) => {
    const report = typeof name === 'string' ? catalogue.bySlug(name) : undefined
    if (!report) {
      const names = catalogue.all.map(({ slug }) => slug)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, notThere('prompt', 'name', name, names))
    }
    const audit = (fields: Pick<AuditEvent, 'outcome' | 'code'>): void =>
      requestContext.audit({ name: 'prompt.read', report: report.slug, ...fields, ...ids })
    try {
      const result = promptOf(report, given, await reportTerms(report, { terms: read }))
      audit({ outcome: 'ok' })
      return result
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      audit({ outcome: 'refused', code: error.code })
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${error.message} ${error.nextStep}`)
    }
  })
}

type ListedPrompt = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: { readonly name: string; readonly description: string; readonly required: false }[]
}

function listed({ slug, title, description, parameters }: ReportDefinition): ListedPrompt {
  const argument = (one: ReportParameter): ListedPrompt['arguments'][number] => ({
    name: one.name,
    description: `${one.description} (default ${one.default})`,
    required: false,
  })
  return { name: slug, title, description, arguments: parameters.map(argument) }
}

/** @throws QueryError for an argument that the report does not take, or not so */
function promptOf(report: ReportDefinition, given: unknown, terms: ReportTerms): GetPromptResult {
  const args = Arguments.optional().safeParse(given ?? undefined)
  if (!args.success) throw noArguments(report)
  const shape = Object.fromEntries(report.parameters.map(({ name }) => [name, z.unknown()]))
  const known = knownArguments({ name: report.slug, input: z.object(shape), exactOutput: true }, args.data)
  const written = Arguments.parse(known.args)
  const read = report.parameters.map((one) => [one.name, valueOf(one, written[one.name])] as const)
  const text = promptText(report, checkParameters(report, Object.fromEntries(read)), terms)
  return { description: report.description, messages: [{ role: 'user', content: { type: 'text', text } }] }
}

function noArguments({ slug, parameters }: ReportDefinition): QueryError {
  const [first] = parameters
  return new QueryError(
    'invalid_arguments',
    `The arguments of ${slug} are no object.`,
    first ? `Write them as {"${first.name}":"${first.default}"}.` : 'It takes none: leave them out.',
  )
}

/** Arguments of a prompt are texts; one that was left empty is one that was not given. */
function valueOf({ type }: ReportParameter, text: unknown = ''): unknown {
  if (typeof text !== 'string') return text
  const word = text.trim()
  if (word === '') return undefined
  if (type === 'integer') return /^\d{1,9}$/.test(word) ? Number(word) : word
  if (type === 'owner') return word.toLowerCase().replaceAll(/[\s_]/g, '-')
  return word === 'true' || word === 'false' ? word === 'true' : word
}
