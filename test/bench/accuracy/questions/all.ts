import { ACTIVITIES } from './activities.ts'
import { AMBIGUOUS } from './ambiguous.ts'
import { CONTACTS } from './contacts.ts'
import { CUSTOMERS } from './customers.ts'
import { FIELDS } from './fields.ts'
import { LIMITS } from './limits.ts'
import { MARKET } from './market.ts'
import { ORDERS } from './orders.ts'
import { PIPELINE } from './pipeline.ts'
import type { Question } from '../question.ts'
import { RESULTS } from './results.ts'
import { SERVICE } from './service.ts'

/** What sellers, their manager and an analyst ask; written without sight of the tools, from the data alone. */
export const QUESTIONS: readonly Question[] = [
  ...PIPELINE,
  ...RESULTS,
  ...CUSTOMERS,
  ...FIELDS,
  ...CONTACTS,
  ...ACTIVITIES,
  ...SERVICE,
  ...MARKET,
  ...ORDERS,
  ...AMBIGUOUS,
  ...LIMITS,
]

/** @throws RangeError when no question has that id */
export function questionOf(id: string): Question {
  const found = QUESTIONS.find((one) => one.id === id)
  if (!found) throw new RangeError(`no question is called "${id}"`)
  return found
}
