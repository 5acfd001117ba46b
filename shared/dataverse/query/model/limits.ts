import { invalidFetch } from '../say/refusals.ts'
import type { Query } from './query.ts'
import { allConditions, allLinks } from './walk.ts'

const MOST_LINKS = 15
const MOST_CONDITIONS = 500

/**
 * Dataverse's own limits, before it is asked.
 * @throws QueryError `invalid_fetchxml`
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables#limitations
 */
export function checkLimits({ entity }: Query): void {
  const links = allLinks(entity).length
  if (links > MOST_LINKS)
    throw invalidFetch(
      `The query has ${links} link-entities; Dataverse allows ${MOST_LINKS}.`,
      'Ask in two queries, or leave links out that only bring a name: a lookup column brings its name itself.',
    )
  const all = links + allConditions(entity).length
  if (all > MOST_CONDITIONS)
    throw invalidFetch(
      `The query has ${all} conditions and link-entities; Dataverse allows ${MOST_CONDITIONS}.`,
      'Use operator="in" with several <value> elements instead of a condition for each.',
    )
}
