import type * as z from 'zod'
import type { DataverseError } from '../errors.ts'

export type ReadOptions = {
  readonly pageSize?: number
  /** Names of the annotations that are of use; absent: all that there are. */
  readonly annotations?: readonly string[]
  /** Of a `get`: an answer of more bytes is given up as unreadable, the rest unread. */
  readonly mostBytes?: number
}

/** One read: a path below the API's root, query included, already percent-encoded. */
export type Read<T> = ReadOptions & {
  readonly path: string
  readonly schema: z.ZodType<T>
  /** In a batch: where it is throttled it is not asked for again, so that the others need not wait for it. */
  readonly isOptional?: boolean
}

export type ReadResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DataverseError }

/**
 * The Web API for one tool call of one person; it only reads.
 * Throws DataverseError, DataverseTokenRefused on 401, and QueryError for a query that is too long.
 */
export type WebApi = {
  readonly get: <T>(path: string, schema: z.ZodType<T>, options?: ReadOptions) => Promise<T>
  /** Several reads in one HTTP request (`$batch`), answered in order; one that is refused does not stop the others. */
  readonly batch: <const T extends readonly Read<unknown>[]>(
    reads: T,
  ) => Promise<{ [K in keyof T]: T[K] extends Read<infer V> ? ReadResult<V> : never }>
  /** Dataverse Search, `/api/search/v2.0/query`. */
  readonly search: <T>(body: Readonly<Record<string, unknown>>, schema: z.ZodType<T>) => Promise<T>
  /** The path below the API's root of a link that Dataverse gave. */
  readonly pathOf: (link: string) => string
  /** HTTP requests made so far, repeated ones included. */
  readonly requests: () => number
  /** Of those, the ones that were answered, in whole or in part, by 429 or 503. */
  readonly throttled: () => number
  /** Dataverse's own ids of the requests that it answered, oldest first. */
  readonly requestIds: () => readonly string[]
}
