import { QueryError } from '../../errors.ts'
import type { Query } from './query.ts'
import { allConditions, allLinks } from './walk.ts'

const MOST_LINKS = 15
const MOST_CONDITIONS = 500

/**
 * Dataverse's own limits, before it is asked.
 * @throws QueryError `too_many_links`, `query_too_long`
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables#limitations
 */
export function checkLimits({ entity }: Query): void {
  const links = allLinks(entity).length
  if (links > MOST_LINKS)
    throw new QueryError(
      'too_many_links',
      `The query joins ${links} tables; Dataverse allows ${MOST_LINKS}.`,
      'Ask in two queries, or leave links out that only bring a name: a lookup column brings its name itself.',
    )
  const all = links + allConditions(entity).length
  if (all > MOST_CONDITIONS)
    throw new QueryError(
      'query_too_long',
      `The query has ${all} conditions and joins; Dataverse allows ${MOST_CONDITIONS}.`,
      'Use one condition with the operator in and several values instead of a condition for each.',
    )
}
