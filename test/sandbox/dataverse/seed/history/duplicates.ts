import type { Account } from '../customers.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, money, ownedBy, reference, written } from '../tools.ts'

/** Names that trip quoting, wildcards, alphabets and layouts. */
export const ODD_NAMES: readonly string[] = [
  '100% Solid Floors',
  'North_Sea Cabins',
  '[Old] Boathouse Ltd',
  'Größling Straßenbau',
  "L'Été Café-Bar",
  "d'Arcy's O'Neill Décor",
  'The Worshipful Company of Shipwrights, Joiners, Coopers and Wheelwrights of the Severn Estuary & the Bristol Channel (Trustees) Limited',
]
/** Customers that somebody entered twice. */
const TWICE = ['Foxglove Nurseries', 'Larkspur Garden Rooms', 'Saltmarsh Hotels'] as const
const MERGED_INTO = 'Pebble Beach Lodges'

const CITIES = ['Bristol', 'Köln', null] as const

type Extra = { readonly id: string; readonly name: string; readonly owner: Owner; readonly index: number }

function accountRow({ id, name, owner, index }: Extra, now: Date): SeedRow {
  return {
    entity: 'account',
    values: {
      accountid: id,
      name,
      accountnumber: `HP-${2000 + index}`,
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -320 + index * 11, -3 - index),
      ...money(owner, { revenue: index % 3 === 2 ? null : 40_000 + index * 10_000, creditlimit: null }),
      address1_city: cycle(CITIES, index),
      emailaddress1: null,
      hp_takesdeliveries: index % 2 === 0,
      merged: false,
      statecode: 0,
      statuscode: 1,
    },
  }
}

/** Two people of one name, of whom the second left no address. */
function contactRows(extras: readonly Extra[], now: Date): SeedRow[] {
  return extras.map(({ id, owner, index }) => ({
    entity: 'contact',
    values: {
      contactid: idOf('contact', `extra/${index}`),
      fullname: index % 2 === 0 ? 'Zoë Patel' : 'Björn Groß',
      firstname: index % 2 === 0 ? 'Zoë' : 'Björn',
      lastname: index % 2 === 0 ? 'Patel' : 'Groß',
      parentcustomerid: reference('account', id),
      accountid: reference('account', id),
      address1_city: cycle(CITIES, index),
      emailaddress1: index < 2 ? `contact${index}@example.com` : null,
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -200 + index, -2 - index),
      statecode: 0,
      statuscode: 1,
    },
  }))
}

/** The row that a merge left behind: inactive, and pointing at the one that stays. */
function mergedRow(master: Account, now: Date): SeedRow {
  const { entity, values } = accountRow(
    { id: idOf('account', 'merged'), name: `${master.name} Ltd`, owner: master.owner, index: 99 },
    now,
  )
  const gone = { masterid: reference('account', master.id), merged: true, statecode: 1, statuscode: 2 }
  return { entity, values: { ...values, ...written(now, authorOf(master.owner), -320, -9), ...gone } }
}

export function duplicateRows(accounts: readonly Account[], owners: readonly Owner[], now: Date): SeedRow[] {
  const extras = [...ODD_NAMES, ...TWICE].map((name, index): Extra => {
    const owner = cycle(owners, index * 4)
    return { id: idOf('account', `extra/${index}`), name, owner, index }
  })
  const master = accounts.find(({ name }) => name === MERGED_INTO)
  return [
    ...extras.map((extra) => accountRow(extra, now)),
    ...contactRows(extras, now),
    ...(master ? [mergedRow(master, now)] : []),
  ]
}
