import type { McpServer } from '@modelcontextprotocol/server'
import { reportUri, type Catalogue } from '../../reports/catalogue/catalogue.ts'
import { describeReport } from '../../reports/describe-report.ts'
import type { RequestContext } from '../tool/run-tool.ts'

const MARKDOWN = 'text/markdown'

/** Offers each report's description as a resource, `prompt://reports/<slug>`; each reading is audited. */
export function registerReports(server: McpServer, catalogue: Catalogue, requestContext: RequestContext): void {
  const { userId, clientId, grantId } = requestContext.caller
  for (const report of catalogue.all) {
    const uri = reportUri(report)
    const about = { title: report.title, description: report.description, mimeType: MARKDOWN }
    server.registerResource(report.slug, uri, about, () => {
      const ids = { userId, clientId, grantId, correlationId: requestContext.correlationId }
      requestContext.audit({ name: 'resource.read', report: report.slug, outcome: 'ok', ...ids })
      return { contents: [{ uri, mimeType: MARKDOWN, text: describeReport(report) }] }
    })
  }
}
