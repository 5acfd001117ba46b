/** Columns that show another one's value, by names alone: the same, or a part or the whole of it. */
export type Relative = { readonly column: string; readonly isSame: boolean }

const BASE = '_base'
const NAME_PARTS: readonly string[] = ['firstname', 'middlename', 'lastname', 'nickname']
const ADDRESS = /^(address\d)_(composite|line[123]|city|county|stateorprovince|postalcode|postofficebox|country)$/
const ADDRESS_PARTS: readonly string[] =
  'line1,line2,line3,city,county,stateorprovince,postalcode,postofficebox,country'.split(',')
const OWNERS: readonly string[] = ['owninguser', 'owningteam']

/**
 * An amount in the base currency is the amount; a full name is made of its parts, as a written-out address is; what it
 * sounds like is the name; a row's owner is one of two. Whoever hides one of them may know of no other.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/contact
 */
export function relativesOf(column: string): readonly Relative[] {
  const same = (one: string): Relative => ({ column: one, isSame: true })
  const part = (one: string): Relative => ({ column: one, isSame: false })
  const [, address, piece] = ADDRESS.exec(column) ?? []
  return [
    same(column.endsWith(BASE) ? column.slice(0, -BASE.length) : column + BASE),
    ...(column.includes('yomi') ? [same(column.replace('yomi', ''))] : []),
    ...(column === 'fullname' ? NAME_PARTS.map(part) : []),
    ...(NAME_PARTS.includes(column) ? [part('fullname')] : []),
    ...(address === undefined
      ? []
      : (piece === 'composite' ? ADDRESS_PARTS : ['composite']).map((one) => part(`${address}_${one}`))),
    ...(OWNERS.includes(column) ? [same('ownerid')] : []),
    ...(column === 'ownerid' ? OWNERS.map(same) : []),
  ]
}

/** The column of another table that a column of this one is a copy of, where the platform itself keeps two. */
export type Copied = { readonly table: string; readonly column: string; readonly of: RegExp }

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/activityparty */
export const COPIES: readonly Copied[] = [
  { table: 'activityparty', column: 'addressused', of: /^(?:internal)?emailaddress\d?$/ },
]
/** Addresses 1 to 3 of a customer are rows of a table of their own. */
export const ADDRESS_TABLES: ReadonlySet<string> = new Set(['customeraddress', 'leadaddress'])
