import { ProtocolError, ProtocolErrorCode, type GetPromptResult, type McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { QueryError } from '../../dataverse/errors.ts'
import type { Catalogue } from '../../reports/catalogue/catalogue.ts'
import { checkParameters } from '../../reports/check/check-parameters.ts'
import type { ReportDefinition, ReportParameter } from '../../reports/definition.ts'
import { promptText } from '../../reports/describe-report.ts'
import type { AuditEvent } from '../../telemetry/events.ts'
import { knownArguments } from '../tool/arguments/known-arguments.ts'
import type { RequestContext } from '../tool/run-tool.ts'

/**
 * Offers each report as a prompt with its parameters as arguments; each one given is audited.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/prompts
 */
export function registerReportPrompts(server: McpServer, catalogue: Catalogue, requestContext: RequestContext): void {
  const { userId, clientId, grantId } = requestContext.caller
  const ids = { userId, clientId, grantId, correlationId: requestContext.correlationId }
  for (const report of catalogue.all) {
    const { slug, title, description, parameters } = report
    const audit = (fields: Pick<AuditEvent, 'outcome' | 'code'>): void =>
      requestContext.audit({ name: 'prompt.read', report: slug, ...fields, ...ids })
    const shape = Object.fromEntries(parameters.map((one) => [one.name, argument(one)]))
    const give = (given: Readonly<Record<string, unknown>>): GetPromptResult => {
      try {
        knownArguments({ name: slug, input: z.object(shape), exactOutput: true }, given)
        const result = promptOf(report, given)
        audit({ outcome: 'ok' })
        return result
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        audit({ outcome: 'refused', code: error.code })
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${error.message} ${error.nextStep}`)
      }
    }
    // Loose, so that what the report does not take gets here to be refused by name.
    server.registerPrompt(slug, { title, description, argsSchema: z.looseObject(shape) }, (args) => give(args))
  }
}

function promptOf(report: ReportDefinition, given: Readonly<Record<string, unknown>>): GetPromptResult {
  const read = report.parameters.map((one) => [one.name, valueOf(one, given[one.name])] as const)
  const values = checkParameters(report, Object.fromEntries(read))
  const text = promptText(report, values)
  return { description: report.description, messages: [{ role: 'user', content: { type: 'text', text } }] }
}

function argument({ description, default: fallback }: ReportParameter): z.ZodOptional<z.ZodString> {
  return z.string().max(20).optional().describe(`${description} (default ${fallback})`)
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
