import { z } from 'zod'
import { REDIRECT_URI } from './harness.ts'

/** Registers a client under any name. @returns the parameters of its authorize request */
export async function register(appUrl: string, name: string, redirectUri = REDIRECT_URI) {
  const reply = await fetch(`${appUrl}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  })
  const { client_id } = z.object({ client_id: z.string() }).parse(await reply.json())
  return { client_id, redirect_uri: redirectUri }
}
