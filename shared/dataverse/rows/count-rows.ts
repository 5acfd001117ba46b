import * as z from 'zod'
import { DataverseError, isTooManyToAggregate } from '../errors.ts'
import type { Total } from './pages.ts'
import type { WebApi } from '../web-api/web-api.ts'

/** The name under which the aggregates of `count-rows` give their one number. */
const Counted = z.object({ value: z.tuple([z.object({ rows: z.int() })]) })
const COUNTED_TO = 5_000
const AGGREGATED_TO = 50_000

/**
 * Counts by an aggregate, beyond the 5,000 to which Dataverse counts a list. Beyond 50,000 there is no way to count;
 * where the aggregate is refused for another reason, the list's own count stands.
 */
export async function countRows(api: WebApi, path: string): Promise<Total> {
  try {
    const { value } = await api.get(path, Counted)
    return { total: value[0].rows, capped: false }
  } catch (error) {
    if (!(error instanceof DataverseError)) throw error
    return { total: isTooManyToAggregate(error) ? AGGREGATED_TO : COUNTED_TO, capped: true }
  }
}
