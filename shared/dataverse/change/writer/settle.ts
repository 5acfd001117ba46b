import { DataverseError, DataverseTokenRefused } from '../../errors.ts'
import type { Row } from '../../rows/rows.ts'
import { pause } from '../../web-api/send-request.ts'
import { isMissing, isUnreadable, readRow, tagOf } from './read-row.ts'
import type { Applying } from './applying.ts'
import type { Outcome } from './outcome.ts'

type Seen = Outcome | { readonly kind: 'not-yet' } | { readonly kind: 'unread' }

/**
 * What became of a write whose answer did not come: the row says so, looked at up to three times, as what was sent may
 * still be on its way. It is not sent again here.
 */
export async function settle(id: string, applying: Applying, before?: Row): Promise<Outcome> {
  let seen: Seen = { kind: 'unread' }
  for (const wait of applying.checkAfterMs) {
    if (applying.now() + wait >= applying.deadline) break
    await pause(wait, applying)
    seen = await look(id, applying, before)
    if (seen.kind !== 'not-yet' && seen.kind !== 'unread') return seen
  }
  return seen.kind === 'not-yet' ? { kind: 'not-done' } : { kind: 'unknown' }
}

async function look(id: string, applying: Applying, before: Row | undefined): Promise<Seen> {
  const { request, context } = applying
  try {
    const row = await readRow({ entity: request.entity, id, select: request.select }, context)
    return await seenIn(row, id, applying, before)
  } catch (error) {
    if (request.kind === 'create' && isMissing(error)) return { kind: 'not-yet' }
    // Nobody but this call knows the id: it is there.
    if (request.kind === 'create' && isUnreadable(error)) return { kind: 'done', already: false, id }
    if (error instanceof DataverseError || error instanceof DataverseTokenRefused) return { kind: 'unread' }
    throw error
  }
}

async function seenIn(row: Row, id: string, { request, ...applying }: Applying, before?: Row): Promise<Seen> {
  const done: Outcome = { kind: 'done', already: false, id, row, ...(before && { before }) }
  if (request.kind === 'create') return done
  const isSame = before !== undefined && tagOf(before) !== undefined && tagOf(row) === tagOf(before)
  if (isSame) return { kind: 'not-yet' }
  const { kind } = await applying.operation.verdict(applying.args, row, applying.context)
  if (kind === 'there') return done
  // A new tag without our values is somebody else's change: ours may have come before it.
  const wasKept = request.kind === 'update' && applying.opened.etag !== undefined
  return kind === 'not-there' && !wasKept ? { kind: 'not-yet' } : { kind: 'unknown' }
}
