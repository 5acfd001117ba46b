import { RestError, type TableClient } from '@azure/data-tables'
import * as z from 'zod'
import { type Sealed, StorageUnavailable } from '../ports.ts'

/** Column types: times are Edm.DateTime in the table and epoch milliseconds in the app. */
export const time = z.date().transform((date) => date.getTime())
const bytes = z.instanceof(Uint8Array)
export const sealedColumns = { keyId: z.string().optional(), sealed: bytes.optional() }
export const etag = z.string()

export const fromColumns = (row: { keyId?: string | undefined; sealed?: Uint8Array | undefined }): Sealed | undefined =>
  row.keyId !== undefined && row.sealed !== undefined ? { keyId: row.keyId, bytes: row.sealed } : undefined

/** A property of Table Storage holds 64 KiB. */
const MOST_SEALED_BYTES = 64 * 1024

/** @throws RangeError for more bytes than one property holds */
export function toColumns(sealed: Sealed | undefined) {
  if (!sealed) return {}
  if (sealed.bytes.length > MOST_SEALED_BYTES) throw new RangeError(`${sealed.bytes.length} sealed bytes do not fit`)
  return { keyId: sealed.keyId, sealed: sealed.bytes }
}

/** Reads one row by its keys. */
export async function readEntity<T extends z.ZodType>(
  table: TableClient,
  schema: T,
  partitionKey: string,
  rowKey: string,
): Promise<z.output<T> | undefined> {
  const found = await attempt(() => table.getEntity(partitionKey, rowKey), [404])
  return found === REFUSED ? undefined : schema.parse(found)
}

/** Every row that a filter finds, at most `most`; a table that nobody has made yet is empty. */
export async function listRows<T extends z.ZodType>(
  table: TableClient,
  queryOptions: { readonly filter?: string; readonly select: string[] },
  schema: T,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly z.output<T>[]> {
  const pages = table.listEntities({ queryOptions }).byPage({ maxPageSize: Math.min(most, MOST_IN_PAGE) })
  const found: z.output<T>[] = []
  while (found.length < most) {
    const page = await attempt(() => pages.next(), [404])
    if (page === REFUSED || page.done) break
    found.push(...z.array(schema).parse([...page.value]))
  }
  return found.slice(0, most)
}

const MOST_IN_PAGE = 1_000
/** Of one partition, Azure takes no more in a transaction. */
export const MOST_IN_TRANSACTION = 100

export const REFUSED = Symbol('refused')

/**
 * Runs one call of Table Storage. A status in `expected` gives `REFUSED`.
 * @throws StorageUnavailable for everything else that goes wrong
 */
export async function attempt<T>(call: () => Promise<T>, expected: readonly number[]): Promise<T | typeof REFUSED> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof RestError && expected.includes(error.statusCode ?? 0)) return REFUSED
    throw new StorageUnavailable('table storage did not do what was asked', { cause: error })
  }
}

/** Runs a write; the first one ever in a new environment makes the table. */
export async function write<T>(
  table: TableClient,
  call: () => Promise<T>,
  expected: readonly number[],
): Promise<T | typeof REFUSED> {
  try {
    return await call()
  } catch (error) {
    if (!isTableMissing(error)) return attempt(() => Promise.reject(error as Error), expected)
    await attempt(() => table.createTable(), [409])
    return attempt(call, expected)
  }
}

/** A transaction names the fault in `code`, a single call in the body that is its message. */
const isTableMissing = (error: unknown): boolean =>
  error instanceof RestError && (error.code === 'TableNotFound' || error.message.includes('"TableNotFound"'))
