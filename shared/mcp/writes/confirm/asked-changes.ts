import { createHmac } from 'node:crypto'
import { createRequestStateCodec, type RequestStateCodec, type ServerContext } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Caller } from '../../../grants/caller.ts'
import { canonicalBytes } from '../../../tokens/canonical.ts'

/** To whom a question was put, through which client. */
export type Answerer = Pick<Caller, 'userId' | 'clientId' | 'organizationId' | 'resource'>

export type AskedChanges = {
  /** What goes to the client with the question, and comes back with the answer: signed, readable, and no secret. */
  readonly stateOf: (changeId: string) => Promise<string>
  /** The change that was asked about; `undefined` for a state that was not given to this person and client, or too long ago. */
  readonly changeOf: (state: unknown, message: ServerContext) => Promise<string | undefined>
}

type State = { readonly changeId: string }

const PURPOSE = 'chatgpt-dynamics-mcp/asked-change/1'
/** A text of ours has less than 200. */
const MOST_CHARACTERS = 1_000
const State = z.object({ changeId: z.string() })

/**
 * The key is of the person and the client: one's answer, played to another's call, is a forgery like any other.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr#server-requirements
 */
export function createAskedChanges(key: () => Promise<Uint8Array>, answerer: Answerer): AskedChanges {
  const { userId, clientId, organizationId, resource } = answerer
  const holder = JSON.stringify([PURPOSE, userId, clientId, organizationId, resource])
  const codec = async (): Promise<RequestStateCodec<State>> =>
    createRequestStateCodec<State>({
      key: createHmac('sha256', await key())
        .update(holder)
        .digest(),
    })
  return {
    stateOf: async (changeId) => await (await codec()).mint({ changeId }),
    changeOf: async (state, message) => {
      if (typeof state !== 'string' || state.length > MOST_CHARACTERS || !isCanonical(state)) return undefined
      try {
        return State.parse(await (await codec()).verify(state, message)).changeId
      } catch {
        return undefined
      }
    },
  }
}

/** The codec takes any spelling of what stands behind its version. */
function isCanonical(state: string): boolean {
  const [, ...parts] = state.split('.')
  return parts.every((part) => canonicalBytes(part) !== undefined)
}
