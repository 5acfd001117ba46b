import type { WriteRequest } from '../http/api.ts'
import { DataverseFault } from '../http/errors.ts'
import type { Entity } from '../schema/schema.ts'
import { detectsDuplicates } from '../schema/writing.ts'
import type { Row, Store, Value } from '../store/store.ts'
import { keyOf } from '../store/store.ts'

type Values = Readonly<Record<string, Value>>

/** The rules that come published with the service, by what they compare. */
const RULES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  account: [['name'], ['emailaddress1']],
  contact: [['emailaddress1'], ['firstname', 'lastname']],
  lead: [['emailaddress1']],
}

/** A rule compares what is there: a value that is missing is like no other. */
function isAlike(row: Row, values: Values, columns: readonly string[]): boolean {
  return columns.every((name) => {
    const wanted = keyOf(values[name] ?? null)
    return wanted !== null && wanted !== '' && keyOf(row.values[name] ?? null) === wanted
  })
}

/** The rows that a published rule finds alike. */
export function duplicatesOf(store: Store, entity: Entity, values: Values, ownId: string): readonly Row[] {
  if (!detectsDuplicates(entity)) return []
  const rules = RULES[entity.logicalName] ?? []
  return store
    .rows(entity.logicalName)
    .filter((row) => row.id !== ownId && rules.some((one) => isAlike(row, values, one)))
}

/**
 * The rules run where the header says so, and only there.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/manage-duplicate-detection-create-update
 * @throws DataverseFault 412 0x80040333
 */
export function refuseDuplicates(entity: Entity, values: Values, ownId: string, request: WriteRequest): void {
  if (request.headers.get('mscrm.suppressduplicatedetection')?.toLowerCase() !== 'false') return
  if (duplicatesOf(request.reader.store, entity, values, ownId).length === 0) return
  const text = 'A record was not created or updated because a duplicate of the current record already exists.'
  throw new DataverseFault(412, '0x80040333', text)
}

/** @throws DataverseFault 412 0x80060892 where another row has the values of an alternate key */
export function refuseTakenKeys(entity: Entity, values: Values, ownId: string, store: Store): void {
  for (const { columns, displayName } of entity.keys ?? []) {
    const others = store.rows(entity.logicalName)
    if (!others.some((row) => row.id !== ownId && isAlike(row, values, columns))) continue
    const what = `Entity Key ${displayName} violated. A record with the same value for ${columns.join(', ')} already exists.`
    const text = `${what} A duplicate record cannot be created. Select one or more unique values and try again.`
    throw new DataverseFault(412, '0x80060892', text)
  }
}
