import { nearest } from '../../dataverse/advice/suggest.ts'
import { shown } from '../../dataverse/query/say/refusals.ts'

const LONGEST = 200
const MOST_NAMED = 30

/** Says of a name, or of none, that nothing is offered under it, and what is. */
export function notThere(what: string, argument: string, written: unknown, names: readonly string[]): string {
  const near = typeof written === 'string' ? nearest(written, names) : []
  const named = names.slice(0, MOST_NAMED).join(', ')
  const advice = near.length > 0 ? `Did you mean: ${near.join(', ')}?` : `There are: ${named || 'none'}.`
  if (typeof written !== 'string') return `The ${argument} of a ${what} is missing, or is no text. ${advice}`
  return `There is no ${what} "${shown(written, LONGEST)}". ${advice}`
}
