import { idsOf } from '../../audit/call-event.ts'
import { APPS_MIME_TYPE, VIEW_META } from '../../reports/apps-extension.ts'
import type { OfferedResource } from '../../reports/report-resources.ts'
import type { RequestContext } from '../../tool/run-tool.ts'
import { changeViewUri, isChangeViewUri } from './change-view-uri.ts'

/**
 * The page that draws a previewed change and applies it, the same for everybody: whatever it shows comes with a result.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function changeViewResource(requestContext: RequestContext): OfferedResource {
  const about = { title: 'Change', description: 'Draws the result of preview_change', mimeType: APPS_MIME_TYPE }
  return {
    listed: async () => ({ uri: await changeViewUri(), name: 'change-view', ...about, _meta: VIEW_META }),
    isAt: isChangeViewUri,
    read: async (uri) => {
      const { html } = await import('built:change-view')
      requestContext.audit({ name: 'resource.read', report: 'change-view', outcome: 'ok', ...idsOf(requestContext) })
      return { contents: [{ uri, mimeType: APPS_MIME_TYPE, text: html, _meta: VIEW_META }] }
    },
  }
}
