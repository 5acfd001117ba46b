import type { Value } from '../../store/store.ts'
import type { SeedRow } from '../tools.ts'
import { authorOf, idOf, money, ownedBy, reference, written } from '../tools.ts'
import type { World } from './owners.ts'
import { ownerAt } from './owners.ts'

/** Names that trip quoting, wildcards, case and alphabets; each with its parent, three levels deep in one family. */
const ACCOUNTS: readonly (readonly [name: string, parent?: string])[] = [
  ['Tidewater Group'],
  ['Tidewater UK', 'Tidewater Group'],
  ['Tidewater North', 'Tidewater UK'],
  ['Tidewater Pontoons', 'Tidewater North'],
  ['Tidewater Deutschland', 'Tidewater Group'],
  ['Elm & Sons Holdings'],
  ['Elm Joinery', 'Elm & Sons Holdings'],
  ["O'Mara & O'Neill Yachts"],
  ["St Brannock's"],
  ['100% Oak'],
  ['100 Oaks'],
  ['Under_score Interiors'],
  ['Underscore Interiors'],
  ['Bracket [North] Ltd'],
  ['Caret ^ Dash - Ltd'],
  ['Übersee Hölzer'],
  ['übermorgen gmbh'],
  ['Zürichsee Bootsbau'],
  ['ALLCAPS TIMBER'],
  ['allsmall timber'],
  ['"Quoted" Decks <North>'],
]

export function varietyAccountId(name: string): string {
  return idOf('variety/account', name)
}

function accountRow([name, parent]: readonly [string, string?], index: number, world: World): SeedRow {
  const owner = ownerAt(index, world)
  const sparse = index % 4 === 1
  const known = (value: Value): Value => (sparse ? null : value)
  return {
    entity: 'account',
    values: {
      accountid: varietyAccountId(name),
      name,
      accountnumber: `V-${1000 + index}`,
      parentaccountid: parent === undefined ? null : reference('account', varietyAccountId(parent)),
      ...ownedBy(owner),
      ...written(world.now, authorOf(owner), -900 + index * 31, -index),
      ...money(owner, {
        revenue: sparse ? null : 100_000 + index * 7350.25,
        creditlimit: index % 3 === 2 ? null : 5000 * (index + 1),
      }),
      industrycode: known(5 + (index % 4)),
      numberofemployees: index % 5 === 3 ? null : index * 17,
      address1_city: known(index % 2 === 0 ? 'Bristol' : 'Köln'),
      telephone1: index % 6 === 5 ? null : `+44 117 555 0${100 + index}`,
      websiteurl: index % 2 === 1 ? null : 'https://variety.example/a_b%20c',
      description: known(index % 2 === 0 ? '50% off & <b>free</b> fitting' : "the owner's choice"),
      creditonhold: index % 7 === 6,
      donotemail: index % 2 === 0,
      statecode: index % 9 === 8 ? 1 : 0,
      statuscode: index % 9 === 8 ? 2 : 1,
    },
  }
}

/** 2 is no part of 12 or 21. */
const INTERESTS = [null, '1', '1,2', '12', '2,21', '3,12,21', '1,2,3,12,21', '21'] as const
const BIRTHDATES = ['1988-02-29', '1990-12-31', '1991-01-01', '1975-06-30', null, '2000-02-29', '1969-10-25'] as const

function contactRow(index: number, world: World): SeedRow {
  const owner = ownerAt(index + 1, world)
  const account = ACCOUNTS[index % ACCOUNTS.length]
  const behind = idOf('variety/contact', index - 1)
  const customer =
    index % 5 === 4 ? reference('contact', behind) : reference('account', varietyAccountId(account?.[0] ?? ''))
  const first = ['Zoë', "Dara'h", 'Max', 'MAX', 'Ömer', 'Ann-Lis'][index % 6] ?? ''
  const last = ['Variety', "O'Hara", 'Straße', 'de_la_Mer', '50%er'][index % 5] ?? ''
  return {
    entity: 'contact',
    values: {
      contactid: idOf('variety/contact', index),
      fullname: `${first} ${last}`,
      firstname: first,
      lastname: last,
      parentcustomerid: index % 8 === 7 ? null : customer,
      hp_interests: INTERESTS[index % INTERESTS.length] ?? null,
      birthdate: BIRTHDATES[index % BIRTHDATES.length] ?? null,
      emailaddress1: index % 3 === 2 ? null : `v${index}@variety.example`,
      jobtitle: index % 4 === 2 ? null : index % 2 === 0 ? 'Owner' : 'Head of Projects',
      ...ownedBy(owner),
      ...written(world.now, authorOf(owner), -300 + index * 9, -index * 2),
      transactioncurrencyid: reference('transactioncurrency', idOf('currency', index % 3 === 0 ? 'USD' : 'GBP')),
      statecode: index % 10 === 9 ? 1 : 0,
      statuscode: index % 10 === 9 ? 2 : 1,
    },
  }
}

export function varietyCustomers(world: World): SeedRow[] {
  return [
    ...ACCOUNTS.map((account, index) => accountRow(account, index, world)),
    ...Array.from({ length: 40 }, (_, index) => contactRow(index, world)),
  ]
}
