import { DOMAIN, PEOPLE, type Person } from '../../sandbox/people.ts'
import { unitId } from '../../sandbox/dataverse/seed/organisation.ts'
import { idOf, instant, ownedBy, type SeedRow } from '../../sandbox/dataverse/seed/tools.ts'

/** Somebody of the run, and the rows that they alone may see. */
export type Inhabitant = {
  readonly name: string
  readonly upn: string
  readonly rows: readonly { readonly id: string; readonly name: string }[]
}

/** What the names of all marked rows begin with. */
export const MARK = 'Chaos'
const ROWS_EACH = 6

const numbered = (index: number): string => String(index + 1).padStart(2, '0')
const nameOf = (index: number): string => `${MARK} Person ${numbered(index)}`

/** Sales people, who read their own rows and no one else's. */
function personOf(index: number): Person {
  return {
    persona: 'sales rep',
    name: nameOf(index),
    upn: `chaos.person${numbered(index)}@${DOMAIN}`,
    oid: idOf('chaos-oid', index),
    systemUserId: idOf('systemuser', nameOf(index)),
    businessUnit: index % 2 === 0 ? 'UK Sales' : 'UK North',
    roles: ['Salesperson'],
  }
}

/** The sandbox's own people, of whom one plays the stranger with an account, and those of the run. */
export const everybody = (count: number): Person[] => [
  ...PEOPLE,
  ...Array.from({ length: count }, (_, index) => personOf(index)),
]

export const inhabitants = (count: number): Inhabitant[] =>
  Array.from({ length: count }, (_, index) => ({
    name: nameOf(index),
    upn: personOf(index).upn,
    rows: Array.from({ length: ROWS_EACH }, (__, row) => ({
      id: idOf('chaos-row', `${index}/${row}`),
      name: `${MARK} ${numbered(index)}-${row}`,
    })),
  }))

/** Accounts, each marked with whose it is. */
export function markedRows(count: number, now: Date): SeedRow[] {
  return inhabitants(count).flatMap(({ rows }, index) => {
    const { systemUserId: id = '', businessUnit = 'UK Sales' } = personOf(index)
    const author = { entity: 'systemuser', id }
    const owned = ownedBy({ entity: 'systemuser', id, unit: unitId(businessUnit), country: 'UK' })
    const times = { createdby: author, modifiedby: author, createdon: instant(now, -9), modifiedon: instant(now, -2) }
    return rows.map((row) => ({
      entity: 'account',
      values: { accountid: row.id, name: row.name, statecode: 0, statuscode: 1, ...owned, ...times },
    }))
  })
}
