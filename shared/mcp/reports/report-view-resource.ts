import type { McpServer } from '@modelcontextprotocol/server'
import type { RequestContext } from '../tool/run-tool.ts'

export const REPORT_VIEW_URI = 'ui://reports/view.html'
export const APP_MIME_TYPE = 'text/html;profile=mcp-app'

/** The view asks no other address for anything: the host may shut it in entirely. */
const META = { ui: { csp: {}, prefersBorder: true } }

/**
 * Offers the page that draws a report, the same for everybody; it is loaded when it is read, and not before.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function registerReportView(server: McpServer, requestContext: RequestContext): void {
  const { userId, clientId, grantId } = requestContext.caller
  const about = { title: 'Report', description: 'Draws the result of show_report', mimeType: APP_MIME_TYPE }
  server.registerResource('report-view', REPORT_VIEW_URI, { ...about, _meta: META }, async () => {
    const { html } = await import('built:report-view')
    const ids = { userId, clientId, grantId, correlationId: requestContext.correlationId }
    requestContext.audit({ name: 'resource.read', report: 'view', outcome: 'ok', ...ids })
    return { contents: [{ uri: REPORT_VIEW_URI, mimeType: APP_MIME_TYPE, text: html, _meta: META }] }
  })
}
