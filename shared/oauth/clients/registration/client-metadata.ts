import * as z from 'zod'
import { OAuthError } from '../../errors/oauth-error.ts'
import { cleanClientName } from '../client-name.ts'
import { AUTH_METHODS, type Registration } from './id-layout.ts'

const MOST_REDIRECTS = 10

/** A list of types in which ours must be; those that we do not know are left out. */
export const including = (ours: string) => z.array(z.string()).refine((types) => types.includes(ours))

/**
 * The members that decide something here; all others are ignored, whatever they hold. `null` is what some clients send
 * for a member that they leave out.
 */
const ClientMetadata = z.object({
  redirect_uris: z.array(z.string()).min(1).max(MOST_REDIRECTS),
  client_name: z.string().nullish(),
  grant_types: including('authorization_code').nullish(),
  response_types: including('code').nullish(),
  token_endpoint_auth_method: z.enum(AUTH_METHODS).nullish(),
})

const WANTED: Readonly<Record<keyof typeof ClientMetadata.shape, string>> = {
  redirect_uris: `redirect_uris must be a list of one to ${MOST_REDIRECTS} addresses.`,
  client_name: 'client_name must be a text.',
  grant_types: 'grant_types must be a list with "authorization_code" in it: no other grant is offered.',
  response_types: 'response_types must be a list with "code" in it: no other response type is offered.',
  token_endpoint_auth_method: `token_endpoint_auth_method must be one of ${AUTH_METHODS.join(', ')}.`,
}

/**
 * What a client asks to be registered, with our defaults for what it left out. Where codes may go is not decided here.
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`, naming the member
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export function parseClientMetadata(body: Readonly<Record<string, unknown>>): Registration {
  const parsed = ClientMetadata.safeParse(body)
  if (!parsed.success) throw refusal(parsed.error)
  const { redirect_uris: redirectUris, client_name: name, token_endpoint_auth_method: method } = parsed.data
  return { name: cleanClientName(name ?? undefined), redirectUris, authMethod: method ?? 'client_secret_basic' }
}

function refusal(cause: z.ZodError): OAuthError {
  const member = cause.issues[0]?.path[0] as keyof typeof WANTED
  const code = member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  return new OAuthError(code, WANTED[member], { cause })
}
