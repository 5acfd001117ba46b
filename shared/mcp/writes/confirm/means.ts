import { CLIENT_CAPABILITIES_META_KEY, type ServerContext } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { APPS_EXTENSION, APPS_MIME_TYPE } from '../../reports/apps-extension.ts'
import type { Means } from '../writes.ts'

const member = z.looseObject({}).optional().catch(undefined)
const Elicitation = z.object({ form: member, url: member }).optional().catch(undefined)
const Apps = z.object({ mimeTypes: z.array(z.string()) })
const Capabilities = z
  .object({ elicitation: Elicitation, extensions: z.record(z.string(), z.unknown()).optional().catch(undefined) })
  .catch({})
const Envelope = z.object({ [CLIENT_CAPABILITIES_META_KEY]: Capabilities.optional() }).catch({})

/**
 * How the client of this very message can ask its person: what another message of it declared, or what it calls itself,
 * proves nothing. An elicitation without modes is one by form.
 * @param message absent for revisions in which a tool cannot ask
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#capabilities
 */
export function meansOf(message: ServerContext | undefined): Means {
  const declared = Envelope.parse(message?.mcpReq.envelope)[CLIENT_CAPABILITIES_META_KEY]
  const { elicitation, extensions } = declared ?? {}
  const apps = Apps.safeParse(extensions?.[APPS_EXTENSION])
  return {
    elicitation: elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined),
    card: apps.success && apps.data.mimeTypes.includes(APPS_MIME_TYPE),
  }
}
