import { QueryError } from '../../errors.ts'
import type { Metadata } from '../model.ts'

/**
 * An unknown name may have been published a moment ago: before it is refused, tables that were read more than a minute
 * ago are read again, and `run` is asked once more.
 */
export async function withFreshNames<T>(metadata: Metadata, run: (metadata: Metadata) => Promise<T>): Promise<T> {
  try {
    return await run(metadata)
  } catch (error) {
    if (!(error instanceof QueryError) || !error.code.startsWith('unknown_')) throw error
    return await run({ ...metadata, table: (entity) => metadata.table(entity, { fresh: true }) })
  }
}
