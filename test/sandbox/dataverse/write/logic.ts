import { DataverseFault } from '../http/errors.ts'
import type { Value } from '../store/store.ts'

type Values = Readonly<Record<string, Value>>

/** A deal from this amount is hot, says a business rule of Harbour & Pine. */
const HOT_FROM = 100_000
const HOT = 1
const FIRST_YEAR = '2000'

/**
 * Harbour & Pine's plug-ins, before the write: one refuses in words meant for people, one breaks.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/handle-exceptions
 * @throws DataverseFault 400 0x80040265, 500 0x80040224
 */
export function runPlugIns(table: string, written: Values): void {
  if (table === 'opportunity' && written['closeprobability'] === 100) {
    throw new DataverseFault(400, '0x80040265', 'An open deal is never certain: the probability is 99 at most.')
  }
  const start = written['hp_startdate']
  if (table === 'hp_project' && typeof start === 'string' && start < FIRST_YEAR) {
    const text =
      'An unexpected error occurred from ISV code. (ErrorType = ClientError) Unexpected exception from plug-in'
    const inner =
      'HarbourPine.Plugins.Calendar: System.NullReferenceException: Object reference not set to an instance of an object.'
    throw new DataverseFault(500, '0x80040224', `${text} (Execute): ${inner}`)
  }
}

/** What business rules with the scope of the table set besides. */
export function runBusinessRules(table: string, written: Values): Values {
  const value = written['estimatedvalue']
  if (table === 'opportunity' && typeof value === 'number' && value >= HOT_FROM) return { opportunityratingcode: HOT }
  return {}
}
