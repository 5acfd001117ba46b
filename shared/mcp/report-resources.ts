import type { McpServer } from '@modelcontextprotocol/server'
import { describeReport, REPORTS, reportUri } from '../reports/catalog.ts'
import type { Exchange } from './run-tool.ts'

const MARKDOWN = 'text/markdown'

/** Offers each report's description as a resource, `prompt://reports/<id>`; each reading is audited. */
export function registerReports(server: McpServer, exchange: Exchange): void {
  const { userId, clientId, grantId } = exchange.caller
  for (const report of REPORTS) {
    const uri = reportUri(report)
    const about = { title: report.title, description: report.description, mimeType: MARKDOWN }
    server.registerResource(report.id, uri, about, () => {
      const ids = { userId, clientId, grantId, correlationId: exchange.correlationId }
      exchange.audit({ name: 'resource.read', report: report.id, outcome: 'ok', ...ids })
      return { contents: [{ uri, mimeType: MARKDOWN, text: describeReport(report) }] }
    })
  }
}
