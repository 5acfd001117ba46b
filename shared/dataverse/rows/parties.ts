import { PARTICIPATION } from '../query/resolve/parties.ts'
import { MOST_RELATED } from '../query/to-wire/record-options.ts'
import { compactRow, Page, type CompactRow, type Row } from './rows.ts'

/**
 * The parties of an activity under the columns that name them, each as a reference with the address that was used; who
 * is known by an address alone has no more.
 * @param found the rows of the activity's collection, as `$expand` gives them
 */
export function partiesByColumn(found: unknown, columns: readonly string[]): Readonly<Record<string, CompactRow[]>> {
  const { value: rows } = Page.parse({ value: found })
  const named = columns.map((column) => {
    const mask = PARTICIPATION.get(column)
    const own = rows.filter((row) => mask === undefined || row['participationtypemask'] === mask)
    return [column, own.slice(0, MOST_RELATED).map(partyOf)] as const
  })
  return Object.fromEntries(named.filter(([, parties]) => parties.length > 0))
}

function partyOf(row: Row): CompactRow {
  const { partyid, addressused } = compactRow(row)
  return Object.assign({}, partyid, addressused === undefined ? undefined : { address: addressused })
}
