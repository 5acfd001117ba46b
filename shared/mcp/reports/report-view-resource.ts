import { ResourceNotFoundError, ResourceTemplate, type McpServer } from '@modelcontextprotocol/server'
import type { RequestContext } from '../tool/run-tool.ts'
import { isReportViewUri, REPORT_VIEW_TEMPLATE, reportViewUri } from './report-view-uri.ts'

/** By which a server says that tools of its own name views. */
export const APPS_EXTENSION = 'io.modelcontextprotocol/ui'
const MIME_TYPE = 'text/html;profile=mcp-app'
/** The view asks no other address for anything: the host may shut it in entirely. */
const META = { ui: { csp: {}, prefersBorder: true } }

/**
 * Offers the page that draws a report, the same for everybody. A client whose list of tools is older than the page asks
 * for it by an address of that time, and gets the page that draws what the tools answer now.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function registerReportView(server: McpServer, requestContext: RequestContext): void {
  const { userId, clientId, grantId } = requestContext.caller
  const about = { title: 'Report', description: 'Draws the result of show_report', mimeType: MIME_TYPE }
  const template = new ResourceTemplate(REPORT_VIEW_TEMPLATE, {
    list: async () => ({ resources: [{ uri: await reportViewUri(), name: 'report-view', ...about, _meta: META }] }),
  })
  server.registerResource('report-view', template, { ...about, _meta: META }, async ({ href }) => {
    if (!isReportViewUri(href)) throw new ResourceNotFoundError(href)
    const { html } = await import('built:report-view')
    const ids = { userId, clientId, grantId, correlationId: requestContext.correlationId }
    requestContext.audit({ name: 'resource.read', report: 'view', outcome: 'ok', ...ids })
    return { contents: [{ uri: href, mimeType: MIME_TYPE, text: html, _meta: META }] }
  })
}
