import type { RequestContext } from '../tool/run-tool.ts'
import type { OfferedResource } from './report-resources.ts'

export const REPORT_VIEW_URI = 'ui://reports/view.html'
export const APP_MIME_TYPE = 'text/html;profile=mcp-app'

/** The view asks no other address for anything: the host may shut it in entirely. */
const META = { ui: { csp: {}, prefersBorder: true } }

/**
 * The page that draws a report, the same for everybody; it is loaded when it is read, and not before.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function reportViewResource({ caller, correlationId, audit }: RequestContext): OfferedResource {
  const { userId, clientId, grantId } = caller
  const about = { title: 'Report', description: 'Draws the result of show_report', mimeType: APP_MIME_TYPE }
  return {
    listed: { uri: REPORT_VIEW_URI, name: 'report-view', ...about, _meta: META },
    read: async () => {
      const { html } = await import('built:report-view')
      audit({ name: 'resource.read', report: 'view', outcome: 'ok', userId, clientId, grantId, correlationId })
      return { contents: [{ uri: REPORT_VIEW_URI, mimeType: APP_MIME_TYPE, text: html, _meta: META }] }
    },
  }
}
