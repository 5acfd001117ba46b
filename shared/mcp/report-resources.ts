import type { McpServer } from '@modelcontextprotocol/server'
import { reportUri, type Catalogue } from '../reports/catalogue.ts'
import { describeReport } from '../reports/describe-report.ts'
import type { Exchange } from './run-tool.ts'

const MARKDOWN = 'text/markdown'

/** Offers each report's description as a resource, `prompt://reports/<slug>`; each reading is audited. */
export function registerReports(server: McpServer, catalogue: Catalogue, exchange: Exchange): void {
  const { userId, clientId, grantId } = exchange.caller
  for (const report of catalogue.all) {
    const uri = reportUri(report)
    const about = { title: report.title, description: report.description, mimeType: MARKDOWN }
    server.registerResource(report.slug, uri, about, () => {
      const ids = { userId, clientId, grantId, correlationId: exchange.correlationId }
      exchange.audit({ name: 'resource.read', report: report.slug, outcome: 'ok', ...ids })
      return { contents: [{ uri, mimeType: MARKDOWN, text: describeReport(report) }] }
    })
  }
}
