import { idsOf } from '../audit/call-event.ts'
import type { RequestContext } from '../tool/run-tool.ts'
import type { OfferedResource } from './report-resources.ts'
import { isReportViewUri, reportViewUri } from './report-view-uri.ts'

/** By which a server says that tools of its own name views. */
export const APPS_EXTENSION = 'io.modelcontextprotocol/ui'
const MIME_TYPE = 'text/html;profile=mcp-app'
/** The view asks no other address for anything: the host may shut it in entirely. */
const META = { ui: { csp: {}, prefersBorder: true } }

/**
 * The page that draws a report, the same for everybody; it is loaded when it is read or listed, and not before. A client
 * whose list of tools is older than the page asks for it by an address of that time, and gets the page that draws what
 * the tools answer now.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function reportViewResource(requestContext: RequestContext): OfferedResource {
  const about = { title: 'Report', description: 'Draws the result of show_report', mimeType: MIME_TYPE }
  return {
    listed: async () => ({ uri: await reportViewUri(), name: 'report-view', ...about, _meta: META }),
    isAt: isReportViewUri,
    read: async (uri) => {
      const { html } = await import('built:report-view')
      requestContext.audit({ name: 'resource.read', report: 'view', outcome: 'ok', ...idsOf(requestContext) })
      return { contents: [{ uri, mimeType: MIME_TYPE, text: html, _meta: META }] }
    },
  }
}
