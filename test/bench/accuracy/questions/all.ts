import { ACTIVITIES } from './activities.ts'
import { AMBIGUOUS } from './ambiguous.ts'
import { CASE_TIMES } from './case-times.ts'
import { CONTACTS } from './contacts.ts'
import { CUSTOMERS } from './customers.ts'
import { FIELDS } from './fields.ts'
import { LIMITS } from './limits.ts'
import { MARKET } from './market.ts'
import { ORDERS } from './orders.ts'
import type { Question } from '../question.ts'
import { COMPARISONS } from './sales/comparisons.ts'
import { CYCLE_TIMES } from './sales/cycle-times.ts'
import { PIPELINE } from './sales/pipeline.ts'
import { RESULTS } from './sales/results.ts'
import { SHARES } from './sales/shares.ts'
import { VAGUE } from './sales/vague.ts'
import { TERMS } from './sales/terms.ts'
import { WIN_RATES } from './sales/win-rates.ts'
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
  ...CYCLE_TIMES,
  ...WIN_RATES,
  ...COMPARISONS,
  ...SHARES,
  ...CASE_TIMES,
  ...VAGUE,
  ...TERMS,
]

/** @throws RangeError when no question has that id */
export function questionOf(id: string): Question {
  const found = QUESTIONS.find((one) => one.id === id)
  if (!found) throw new RangeError(`no question is called "${id}"`)
  return found
}
