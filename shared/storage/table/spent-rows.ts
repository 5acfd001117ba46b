import type { TableClient, TransactionAction } from '@azure/data-tables'
import * as z from 'zod'
import { attempt, etag, MOST_IN_TRANSACTION, readEntity, REFUSED } from './table.ts'

/** Of 32: nobody finds a token that hashes to one of them, and a year of renewals fits a row. */
const DIGEST_BYTES = 12
/** A property holds 64 KiB. */
const MOST_IN_ROW = 5_000
const Spent = z.object({ etag, expiresAt: z.date(), hashes: z.instanceof(Uint8Array) })

const rowKeyOf = (number: number): string => `spent:${number}`
export const isSpentRow = (rowKey: string): boolean => rowKey.startsWith('spent:')
const digestOf = (hash: string): Buffer => Buffer.from(hash, 'base64url').subarray(0, DIGEST_BYTES)
const isFull = (hashes: Uint8Array): boolean => hashes.length >= MOST_IN_ROW * DIGEST_BYTES

/**
 * Whether a refresh token whose row is gone was spent: when its grant ends (epoch milliseconds), else `undefined`. Must
 * be asked after the token's own row, which goes in the transaction that adds it here.
 */
export async function spentUntil(table: TableClient, grantId: string, hash: string): Promise<number | undefined> {
  const digest = digestOf(hash)
  for (let number = 0; ; number += 1) {
    const found = await readEntity(table, Spent, grantId, rowKeyOf(number))
    if (!found) return undefined
    if (holds(found.hashes, digest)) return found.expiresAt.getTime()
    if (!isFull(found.hashes)) return undefined
  }
}

function holds(hashes: Uint8Array, digest: Buffer): boolean {
  const all = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length)
  let at = all.indexOf(digest)
  while (at >= 0 && at % DIGEST_BYTES !== 0) at = all.indexOf(digest, at + 1)
  return at >= 0
}

/**
 * Adds spent refresh tokens to the last of the rows `spent:<number>` and deletes their own rows, in one transaction for
 * each hundred. Resolves with how many; fewer, where somebody else changed one of them meanwhile.
 * @param expiresAt when the grant ends
 * @param hasTime asked before each transaction
 */
export async function foldSpent(
  table: TableClient,
  grantId: string,
  { hashes, expiresAt }: { readonly hashes: readonly string[]; readonly expiresAt: Date },
  hasTime: () => boolean,
): Promise<number> {
  let number = 0
  let folded = 0
  while (folded < hashes.length && hasTime()) {
    const found = await readEntity(table, Spent, grantId, rowKeyOf(number))
    if (found && isFull(found.hashes)) {
      number += 1
      continue
    }
    const room = MOST_IN_ROW - (found?.hashes.length ?? 0) / DIGEST_BYTES
    const some = hashes.slice(folded, folded + Math.min(room, MOST_IN_TRANSACTION - 1))
    const row = {
      partitionKey: grantId,
      rowKey: rowKeyOf(number),
      expiresAt,
      hashes: Buffer.concat([found?.hashes ?? Buffer.alloc(0), ...some.map(digestOf)]),
    }
    const first: TransactionAction = found ? ['update', row, 'Replace', { etag: found.etag }] : ['create', row]
    const rest = some.map((hash): TransactionAction => ['delete', { partitionKey: grantId, rowKey: `refresh:${hash}` }])
    const done = await attempt(() => table.submitTransaction([first, ...rest]), [404, 409, 412])
    if (done === REFUSED) return folded
    folded += some.length
  }
  return folded
}
