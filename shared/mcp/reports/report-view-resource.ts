import { idsOf } from '../audit/call-event.ts'
import type { RequestContext } from '../tool/run-tool.ts'
import { APPS_MIME_TYPE, VIEW_META } from './apps-extension.ts'
import type { OfferedResource } from './report-resources.ts'
import { isReportViewUri, reportViewUri } from './report-view-uri.ts'

/**
 * The page that draws a report, the same for everybody; it is loaded when it is read or listed, and not before. A client
 * whose list of tools is older than the page asks for it by an address of that time, and gets the page that draws what
 * the tools answer now.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function reportViewResource(requestContext: RequestContext): OfferedResource {
  const about = { title: 'Report', description: 'Draws the result of show_report', mimeType: APPS_MIME_TYPE }
  return {
    listed: async () => ({ uri: await reportViewUri(), name: 'report-view', ...about, _meta: VIEW_META }),
    isAt: isReportViewUri,
    read: async (uri) => {
      const { html } = await import('built:report-view')
      requestContext.audit({ name: 'resource.read', report: 'view', outcome: 'ok', ...idsOf(requestContext) })
      return { contents: [{ uri, mimeType: APPS_MIME_TYPE, text: html, _meta: VIEW_META }] }
    },
  }
}
