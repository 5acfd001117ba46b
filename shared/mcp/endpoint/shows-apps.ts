import * as z from 'zod'
import { APP_MIME_TYPE } from '../reports/report-view-resource.ts'

const Envelope = z.object({
  'io.modelcontextprotocol/clientCapabilities': z.object({
    extensions: z.object({ 'io.modelcontextprotocol/ui': z.object({ mimeTypes: z.array(z.string()) }) }),
  }),
})

/**
 * Whether the client of this request draws views. Only 2026-07-28 says so in each request; a client of 2025 said it to
 * `initialize`, which a server without sessions has forgotten.
 * @see https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
 */
export function showsApps(envelope: unknown): boolean {
  const declared = Envelope.safeParse(envelope).data?.['io.modelcontextprotocol/clientCapabilities'].extensions
  return declared?.['io.modelcontextprotocol/ui'].mimeTypes.includes(APP_MIME_TYPE) ?? false
}
