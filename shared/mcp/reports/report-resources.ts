import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type McpServer,
  type ReadResourceResult,
  type Resource,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import { reportUri, type Catalogue } from '../../reports/catalogue/catalogue.ts'
import { describeReport } from '../../reports/describe-report.ts'
import { idsOf } from '../audit/call-event.ts'
import { reportTerms } from '../../reports/terms/in-reports.ts'
import type { DataverseDeps, RequestContext } from '../tool/run-tool.ts'
import { notThere } from './not-there.ts'

const MARKDOWN = 'text/markdown'

export type OfferedResource = {
  readonly listed: () => Resource | Promise<Resource>
  readonly isAt: (uri: string) => boolean
  /** @param uri as it was asked for */
  readonly read: (uri: string) => ReadResourceResult | Promise<ReadResourceResult>
}

/** Each report's description, `prompt://reports/<slug>`; each reading is audited. */
export function reportResources(
  catalogue: Catalogue,
  requestContext: RequestContext,
  { terms }: Pick<DataverseDeps, 'terms'>,
): readonly OfferedResource[] {
  const read = async () => (await terms?.(requestContext.audit)) ?? []
  return catalogue.all.map((report) => {
    const { slug, title, description } = report
    const uri = reportUri(report)
    return {
      listed: () => ({ uri, name: slug, title, description, mimeType: MARKDOWN }),
      isAt: (wanted) => wanted === uri,
      read: async () => {
        requestContext.audit({ name: 'resource.read', report: slug, outcome: 'ok', ...idsOf(requestContext) })
        return {
          contents: [
            { uri, mimeType: MARKDOWN, text: describeReport(report, await reportTerms(report, { terms: read })) },
          ],
        }
      },
    }
  })
}

/** Any: the SDK's own schema would answer for what is missing here, in words for programmers. */
const Asked = z.object({ uri: z.unknown().optional() })

/**
 * @param more those whose code is loaded when a resource is asked for
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources
 */
export function offerResources(
  server: McpServer,
  resources: readonly OfferedResource[],
  more: () => Promise<readonly OfferedResource[]> = () => Promise.resolve([]),
): void {
  const all = async (): Promise<readonly OfferedResource[]> => [...resources, ...(await more())]
  const listAll = async (): Promise<Resource[]> =>
    await Promise.all((await all()).map(async ({ listed }) => await listed()))
  server.server.setRequestHandler('resources/list', async () => ({ resources: await listAll() }))
  server.server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [] }))
  server.server.setRequestHandler('resources/read', { params: Asked }, async ({ uri }) => {
    const wanted = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri).href : uri
    const found = typeof wanted === 'string' ? (await all()).find(({ isAt }) => isAt(wanted)) : undefined
    if (found) return await found.read(String(wanted))
    const uris = (await listAll()).map((one) => one.uri)
    const text = notThere('resource', 'uri', uri, uris)
    if (typeof uri === 'string') throw new ResourceNotFoundError(uri, text)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, text)
  })
}
