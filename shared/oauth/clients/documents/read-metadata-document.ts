import * as z from 'zod'
import { cleanClientName } from '../client-name.ts'
import { DocumentRefused } from './document-refused.ts'
import type { Advise } from '../admission-advice.ts'
import { isAllowedRedirect, type RedirectRule } from '../redirect-uri.ts'
import { including } from '../registration/client-metadata.ts'

/** The client that a metadata document describes: always a public one. */
export type DocumentClient = {
  readonly clientId: string
  readonly name: string
  /** Those to which codes may be sent here. */
  readonly redirectUris: readonly string[]
  /** All others of the document. */
  readonly leftOut: readonly string[]
}

const MOST_REASONS = 3

const MetadataDocument = z.object({
  client_id: z.string(),
  client_name: z.string().regex(/\S/),
  redirect_uris: z.array(z.string()).min(1).max(20),
  grant_types: including('authorization_code').nullish(),
  response_types: including('code').nullish(),
  token_endpoint_auth_method: z.string().nullish(),
  token_endpoint_auth_methods_supported: z.array(z.string()).nullish(),
  // What everybody can read proves nobody.
  client_secret: z.never().optional(),
  client_secret_expires_at: z.never().optional(),
})

/**
 * The client in a metadata document that was fetched from `clientId`. Addresses that are not admitted are left out: a
 * document serves all its client's builds, and one of them asks here.
 * @throws DocumentRefused `invalid`, `client-id-mismatch`, `auth-method` or `no-redirect-admitted`
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/
 */
export function readMetadataDocument(
  clientId: string,
  json: unknown,
  rule: RedirectRule,
  advise: Advise,
): DocumentClient {
  const parsed = MetadataDocument.safeParse(json)
  if (!parsed.success) throw new DocumentRefused('invalid', parsed.error)
  const document = parsed.data
  if (document.client_id !== clientId) throw new DocumentRefused('client-id-mismatch')
  if (!isPublicClient(document)) throw new DocumentRefused('auth-method')
  const { redirect_uris: all } = document
  const redirectUris = all.filter((uri) => isAllowedRedirect(uri, rule))
  const leftOut = all.filter((uri) => !redirectUris.includes(uri))
  if (redirectUris.length === 0) {
    const advised = leftOut.map(advise.redirect)
    const advice = [...new Set(advised.map(({ reason }) => reason))].slice(0, MOST_REASONS).join(' ')
    const settings = [...new Set(advised.flatMap((one) => one.settings))]
    throw new DocumentRefused('no-redirect-admitted', undefined, { advice, addresses: leftOut, settings })
  }
  return { clientId, name: cleanClientName(document.client_name), redirectUris, leftOut }
}

/**
 * The plural field is the client's full list and outranks the singular one, which ChatGPT sets to `private_key_jwt`.
 * Of our methods only `none` can hold: the two others need a secret, and a document cannot keep one.
 */
function isPublicClient(document: z.output<typeof MetadataDocument>): boolean {
  const { token_endpoint_auth_method: preferred, token_endpoint_auth_methods_supported: supported } = document
  return (supported ?? [preferred ?? 'none']).includes('none')
}
