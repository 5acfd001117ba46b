import { z } from 'zod'
import { behaviourSchema } from './behaviours.ts'
import type { EntraContext } from './context.ts'
import type { Call, Reply } from './http.ts'
import { json } from './http.ts'
import { TOKEN_EXCHANGE_AUDIENCE, mintManagedIdentityToken } from './tokens.ts'

/** What the managed-identity endpoint of App Service wants to see in `X-IDENTITY-HEADER`. */
export const IDENTITY_HEADER = 'sandbox-identity-header'

const changeSchema = z.strictObject({ upn: z.string(), change: behaviourSchema })

/** The functions of the stand-in that the control surface offers over HTTP. */
export type Controls = {
  readonly counters: () => Record<string, number>
  readonly behaviour: (upn: string, change: z.infer<typeof behaviourSchema>) => void
  readonly reset: () => void
  readonly mintDataverseToken: (upn: string) => Promise<string>
}

function changeBehaviour(controls: Controls, body: string): Reply {
  const { upn, change } = changeSchema.parse(JSON.parse(body))
  controls.behaviour(upn, change)
  return { status: 204 }
}

/** The protocol that ManagedIdentityCredential speaks inside App Service (api-version 2019-08-01). */
async function managedIdentityToken(context: EntraContext, call: Call): Promise<Reply> {
  if (call.headers['x-identity-header'] !== IDENTITY_HEADER) return json({ message: 'unauthorised' }, 401)
  const resource = call.url.searchParams.get('resource')
  if (resource !== TOKEN_EXCHANGE_AUDIENCE) return json({ message: 'unknown resource' }, 400)
  const expiresOn = Math.floor(context.now() / 1000) + 24 * 3600
  const token = await mintManagedIdentityToken(context)
  return json({ access_token: token, expires_on: String(expiresOn), resource, token_type: 'Bearer' })
}

async function dispatch(context: EntraContext, controls: Controls, call: Call): Promise<Reply> {
  switch (`${call.method} ${call.url.pathname}`) {
    case 'GET /__sandbox/counters':
      return json(controls.counters())
    case 'POST /__sandbox/behaviour':
      return changeBehaviour(controls, call.body)
    case 'POST /__sandbox/reset':
      controls.reset()
      return { status: 204 }
    case 'GET /__sandbox/token':
      return json({ access_token: await controls.mintDataverseToken(call.url.searchParams.get('upn') ?? '') })
    case 'GET /__sandbox/managed-identity':
      return managedIdentityToken(context, call)
    default:
      return json({ error: 'no such control' }, 404)
  }
}

/** `/__sandbox/*`: for people and tests, never part of Entra. A bad request answers 400 with the reason. */
export async function control(context: EntraContext, controls: Controls, call: Call): Promise<Reply> {
  try {
    return await dispatch(context, controls, call)
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof RangeError) {
      return json({ error: error.message }, 400)
    }
    throw error
  }
}
