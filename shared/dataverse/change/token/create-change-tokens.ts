import { createHmac, timingSafeEqual } from 'node:crypto'
import { QueryError } from '../../errors.ts'
import { canonicalBytes } from '../../../tokens/canonical.ts'
import type { Random } from '../../../tokens/token.ts'
import type { ChangeArguments, WriteRequest, WriteTool } from '../model.ts'
import { canonicalJson } from './canonical-json.ts'
import type { ChangeTokens } from './change-tokens.ts'
import { HASH_BYTES, packToken, unpackToken } from './token-layout.ts'
import { uuidOf } from './uuid.ts'

/** To whom a change was shown, of which organization, and at which of our addresses. */
export type ChangeHolder = {
  readonly userId: string
  readonly clientId: string
  readonly organizationId: string
  readonly resource: string
}

export type ChangeTokenOptions = {
  /** Of changes alone; 32 bytes that all instances share. */
  readonly key: () => Promise<Uint8Array>
  readonly holder: ChangeHolder
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly random: Random
}

const LIFE_SECONDS = 600
const MOST_CHARACTERS = 480
const AGAIN = 'Preview the change anew with preview_change, and use its call exactly as given.'

/**
 * Tokens of one person through one client. The model carries them, so that nothing of what was previewed can be had of
 * it but by this: without the person and the client in the MAC one could be played to another, without tool, table and
 * record to another change of theirs, and without the hashes the change shown would not be the one that is made.
 */
export function createChangeTokens({ key, holder, now, random }: ChangeTokenOptions): ChangeTokens {
  const { userId, clientId, organizationId, resource } = holder
  const digest = async (of: string, ...parts: readonly (string | Uint8Array)[]): Promise<Buffer> => {
    const mac = createHmac('sha256', await key()).update(`${of}\n`)
    for (const part of parts) mac.update(part)
    // RFC 2104 section 5: half of what SHA-256 gives.
    return mac.digest().subarray(0, HASH_BYTES)
  }
  const sign = (tool: WriteTool, { entity, id }: ChangeArguments, packed: Uint8Array): Promise<Buffer> =>
    digest(canonicalJson(['mac', userId, clientId, organizationId, resource, tool, entity, id ?? null]), packed)
  const argsHash = (args: ChangeArguments): Promise<Buffer> => digest('args', canonicalJson(args))
  const hashOf = (request: WriteRequest): Promise<Buffer> => digest('body', canonicalJson(sentOf(request)))
  return {
    hashOf,
    seal: async ({ tool, args, request, etag, acceptsDuplicates, proof }) => {
      const expires = Math.floor(now() / 1_000) + LIFE_SECONDS
      const { bytes, text: changeId } = uuidOf(random(HASH_BYTES))
      const hashes = { key: bytes, argsHash: await argsHash(args), bodyHash: await hashOf(request) }
      const packed = packToken({ expires, acceptsDuplicates, proof, ...hashes, ...(etag !== undefined && { etag }) })
      const change = Buffer.concat([packed, await sign(tool, args, packed)]).toString('base64url')
      return { change, changeId, expiresAt: expires * 1_000 }
    },
    open: async (change, tool, args) => {
      const bytes = bytesOf(change)
      const [packed, mac] = [bytes.subarray(0, -HASH_BYTES), bytes.subarray(-HASH_BYTES)]
      const isOurs = bytes.length > HASH_BYTES && timingSafeEqual(mac, await sign(tool, args, packed))
      const fields = isOurs ? unpackToken(packed) : undefined
      if (!fields) throw invalid(tool)
      if (fields.expires * 1_000 <= now()) throw expired()
      if (!timingSafeEqual(fields.argsHash, await argsHash(args))) throw altered()
      const { acceptsDuplicates, proof, bodyHash, etag } = fields
      const changeId = uuidOf(fields.key).text
      return { changeId, acceptsDuplicates, proof, bodyHash, ...(etag !== undefined && { etag }) }
    },
  }
}

/** All of it that goes out, but what the token itself holds. */
function sentOf(request: WriteRequest): unknown {
  const { kind, entity, body } = request
  const where = kind === 'create' ? [] : kind === 'update' ? [request.id] : [request.id, request.path]
  return [kind, entity.entitySet, ...where, body]
}

/** One text for each token: another spelling of its bytes is none. */
function bytesOf(change: string): Buffer {
  const text = change.trim()
  return canonicalBytes(text.length <= MOST_CHARACTERS ? text : '') ?? Buffer.alloc(0)
}

function invalid(tool: WriteTool): QueryError {
  const text = `The change is none that was previewed for this person, this client, ${tool} and this record.`
  return new QueryError('invalid_change', text, AGAIN)
}

function expired(): QueryError {
  return new QueryError('change_expired', 'The preview is older than 10 minutes, and nothing was written.', AGAIN)
}

function altered(): QueryError {
  const text = 'An argument is another than was previewed, and nothing was written.'
  return new QueryError('change_altered', text, AGAIN)
}
