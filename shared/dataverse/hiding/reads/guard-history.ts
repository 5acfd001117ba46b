import type { Shape } from '../clean-rows.ts'
import { hidingOf, tablesOf, type Guarding } from './guarding.ts'
import { keptTable, keptWay } from '../refusals.ts'

/** The function that tells what became of a record. */
export const HISTORY = 'RetrieveRecordChangeHistory('
const AUDIT = 'audit'
/** As this app writes it: `{"@odata.id":"accounts(…)"}`. */
const TARGET = /^\{"@odata\.id":"([A-Za-z_]\w*)\([\da-f-]{36}\)"\}$/
/** Which columns changed, hidden ones among them, by their numbers or names. */
const TELLING: ReadonlySet<string> = new Set(['attributemask', 'changedata', 'InvalidNewValueAttributes'])

/** The entity set whose row a history is of. @throws QueryError for a form that is not known */
export function historyTarget(options: Readonly<Record<string, string>>): string {
  const [, set] = TARGET.exec(options['@target'] ?? '') ?? []
  if (set === undefined) throw keptWay('the history', AUDIT)
  return set
}

/**
 * What the keys of a history stand for: old and new values are columns of the record's table.
 * @throws QueryError `hidden_by_administrator` where audits themselves are hidden
 */
export async function historyShape(table: string, guarding: Guarding): Promise<Shape> {
  const { hides } = guarding
  if (hides.isHidden(AUDIT)) throw keptTable(AUDIT)
  const tables = await tablesOf([table, AUDIT], guarding)
  const rowOf = (of: string): Shape => ({
    within: new Map(),
    hidingOf: (key) => (of === AUDIT && TELLING.has(key) ? 'hidden' : hidingOf(of, key, tables, hides)),
  })
  const values = rowOf(table)
  const detail = frame(
    new Map([
      ['OldValue', values],
      ['NewValue', values],
      ['AuditRecord', rowOf(AUDIT)],
    ]),
  )
  return frame(new Map([['AuditDetailCollection', frame(new Map([['AuditDetails', detail]]))]]))
}

function frame(within: Shape['within']): Shape {
  return { within, hidingOf: (key) => (TELLING.has(key) ? 'hidden' : undefined) }
}
