import type { Caller } from '../grants/caller.ts'
import { GrantRefused } from '../grants/types.ts'
import type { Ended } from '../mcp/endpoint/mcp-endpoint.ts'
import { parseToken } from '../tokens/token.ts'
import type { Services } from './services.ts'

/**
 * The person behind a bearer at `/mcp`. A client that was switched off has none: its token is ended, and so is what it
 * refreshes. What is off is asked once the token is known to be ours, so that strangers cost no reading of it.
 */
export function openCaller({ accessTokens, switches }: Pick<Services, 'accessTokens' | 'switches'>, resource: string) {
  return async (bearer: string): Promise<Caller | Ended | undefined> => {
    const token = parseToken('access', bearer)
    if (!token) return undefined
    try {
      const caller = await accessTokens.open(token, resource)
      const isOff = caller !== undefined && (await switches.read()).isClientOff(caller.clientId)
      return caller && !isOff ? caller : { endedGrant: token.grantId }
    } catch (error) {
      if (error instanceof GrantRefused && error.reason === 'unknown') return undefined
      throw error
    }
  }
}

type Open = ReturnType<typeof openCaller>

/** Callers that are opened before what answers them is there to ask; each request has its own. */
export function createEarlyCallers(open: Open): {
  readonly begin: (bearer: string, headers: Headers) => void
  /** What was begun for a request with these very headers, or begins now. */
  readonly open: (bearer: string, headers: Headers) => ReturnType<Open>
} {
  const begun = new WeakMap<Headers, ReturnType<Open>>()
  return {
    begin: (bearer, headers) => {
      const opening = open(bearer)
      opening.catch(() => undefined)
      begun.set(headers, opening)
    },
    open: (bearer, headers) => begun.get(headers) ?? open(bearer),
  }
}
