import type { Column, Table } from '../../metadata/model.ts'
import type { Note } from '../model/query.ts'

/** An organization may have several currencies: 100 of one is not 100 of another. */
export function sayOwnCurrency({ name, type }: Column, { byName }: Pick<Table, 'byName'>, note: Note): void {
  const base = `${name}_base`
  if (type !== 'Money' || !byName.has(base)) return
  note(`${name} is compared in each row's own currency; ${base} is the same in the currency of the organization.`)
}
