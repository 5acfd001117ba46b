import { DataverseError } from '../../errors.ts'
import type { Row } from '../../rows/rows.ts'
import type { WriteRequest } from '../model.ts'
import type { Applying } from './applying.ts'
import type { Done, Outcome } from './outcome.ts'
import { isMissing, isUnreadable, readRow, tagOf, type ReadRow } from './read-row.ts'
import { settle } from './settle.ts'
import { anyVersion, versionOf, type Version } from './version.ts'
import { acting, creating, updating, type WriteMessage } from './write-message.ts'
import type { Sent } from './writer.ts'

const DUPLICATE_KEY = '0x80040237'
const OTHER_VERSION = '0x80060882'
/** Of the deadline, kept to look whether a write whose answer did not come was made. */
const KEPT_MS = 10_000
const KEPT_PART = 0.5

type Creating = WriteRequest & { readonly kind: 'create' }
type Existing = Exclude<WriteRequest, Creating>

/**
 * Makes a change that was previewed, or says why not. Nothing is sent twice that may have been executed: a new row has
 * the key of its token, a row that is there the version that was shown, so that the whole call can be repeated.
 * @throws DataverseTokenRefused, and what `beforeSending` throws
 */
export async function applyChange(applying: Applying): Promise<Outcome> {
  const { request } = applying
  return request.kind === 'create' ? await create(request, applying) : await change(request, applying)
}

async function create(request: Creating, applying: Applying): Promise<Outcome> {
  const { changeId: id, acceptsDuplicates } = applying.opened
  try {
    applying.beforeSending()
  } catch (error) {
    // The same call may have made it before it was one too many: that nothing was written would be untrue.
    const made = await madeBefore(id, request, applying)
    if (made) return made
    throw error
  }
  const sent = await send(creating(request, id, acceptsDuplicates), applying)
  if (sent.kind === 'done') return await done(id, sent, request, applying)
  if (sent.kind === 'lost') return await settle(id, applying)
  const isTaken = sent.kind === 'refused' && sent.error.code.toLowerCase() === DUPLICATE_KEY
  // Else business logic of the organization failed over a key of its own.
  return (isTaken ? await madeBefore(id, request, applying) : undefined) ?? sent
}

/** Whether the same call had made the row before; `undefined` where there is none. */
async function madeBefore(id: string, request: Creating, applying: Applying): Promise<Outcome | undefined> {
  const { entity, select } = request
  try {
    return { kind: 'done', already: true, id, row: await readRow({ entity, id, select }, applying.context) }
  } catch (error) {
    if (isUnreadable(error)) return { kind: 'done', already: true, id }
    if (isMissing(error)) return undefined
    if (error instanceof DataverseError) return { kind: 'unknown' }
    throw error
  }
}

/** A row that is there is read first: what it was is what the change is told, and taken back, by. */
async function change(request: Existing, applying: Applying): Promise<Outcome> {
  const { id, entity, select } = request
  const before = await readFirst({ entity, id, select }, applying)
  if (!('row' in before)) return before
  const version = await versionToMeet(request, before.row, applying)
  if (typeof version === 'object') return version
  const { acceptsDuplicates } = applying.opened
  const message = request.kind === 'update' ? updating(request, version, acceptsDuplicates) : acting(request)
  applying.beforeSending()
  const sent = await send(message, applying)
  if (sent.kind === 'done') return { ...(await done(id, sent, request, applying)), before: before.row }
  if (sent.kind === 'lost') return await settle(id, applying, before.row)
  return sent.kind === 'refused' ? await refusedChange(request, sent, applying) : sent
}

/** Another call may have come first, with the same change or with another: then the row says so. */
async function refusedChange(request: Existing, refused: Sent & Outcome, applying: Applying): Promise<Outcome> {
  const { id, entity, select } = request
  if (refused.kind === 'refused' && isMissing(refused.error)) return { kind: 'gone' }
  const isOther = refused.kind === 'refused' && refused.error.code.toLowerCase() === OTHER_VERSION
  if (!isOther && request.kind === 'update') return refused
  const after = await readFirst({ entity, id, select }, applying)
  if (!('row' in after)) return isOther ? after : refused
  const { kind } = await applying.operation.verdict(applying.args, after.row, applying.context)
  if (!isOther && kind === 'not-there') return refused
  return kind === 'there' ? { kind: 'done', already: true, id, row: after.row } : { kind: 'changed', row: after.row }
}

/** @returns an outcome where the row is no longer what was previewed */
async function versionToMeet(request: Existing, row: Row, applying: Applying): Promise<Version | Outcome> {
  const { id } = request
  const { etag } = applying.opened
  if (etag !== undefined) {
    const version = tagOf(row) === etag ? await versionWith(etag, request, applying) : undefined
    return version ?? (await otherVersion(id, row, applying))
  }
  const verdict = await applying.operation.verdict(applying.args, row, applying.context)
  if (verdict.kind === 'not-there') return anyVersion({ kind: 'not-there' })
  return verdict.kind === 'there' ? { kind: 'done', already: true, id, row } : { kind: 'changed', row }
}

/**
 * A table that takes no tag in a write has one in what is read of it: it guards what the arguments show in part, as the
 * end of a long text, or not at all, as which of two rows of one name a lookup had.
 */
async function versionWith(etag: string, { entity }: Existing, { context }: Applying): Promise<Version | undefined> {
  const { concurrency } = await context.writable(await context.metadata.table(entity))
  return concurrency ? versionOf(etag) : anyVersion({ kind: 'not-there' })
}

async function otherVersion(id: string, row: Row, applying: Applying): Promise<Outcome> {
  const { kind } = await applying.operation.verdict(applying.args, row, applying.context)
  return kind === 'there' ? { kind: 'done', already: true, id, row } : { kind: 'changed', row }
}

/** Nothing is sent yet, or nothing was done; a row that may not be read is none, as that tells no more than it should. */
async function readFirst(place: ReadRow, { context }: Applying): Promise<{ readonly row: Row } | Outcome> {
  try {
    return { row: await readRow(place, context) }
  } catch (error) {
    if (isMissing(error) || isUnreadable(error)) return { kind: 'gone' }
    if (!(error instanceof DataverseError)) throw error
    return { kind: error.kind === 'refused' ? 'refused' : 'unsent', error }
  }
}

async function send(message: WriteMessage, { writer, now, deadline }: Applying): Promise<Sent> {
  const kept = Math.min(KEPT_MS, (deadline - now()) * KEPT_PART)
  return await writer.send(message, deadline - kept)
}

/** The row of the answer, or as it is read where the answer has none. */
async function done(
  id: string,
  { status, row }: Sent & { readonly kind: 'done' },
  { kind, entity, select }: WriteRequest,
  { context, readsBack }: Applying,
): Promise<Done> {
  const made = { kind: 'done', already: false, id, status } as const
  // What a message answers is not the row that it is about.
  if (row !== undefined && kind !== 'action' && !readsBack) return { ...made, row }
  try {
    return { ...made, row: await readRow({ entity, id, select }, context) }
  } catch (error) {
    if (error instanceof DataverseError) return made
    throw error
  }
}
