import {
  GERMAN_COMPANIES,
  GERMAN_FIRST_NAMES,
  GERMAN_LAST_NAMES,
  GERMAN_TOWNS,
  JOB_TITLES,
  UK_COMPANIES,
  UK_FIRST_NAMES,
  UK_LAST_NAMES,
  UK_TOWNS,
} from './names.ts'
import type { Value } from '../store/store.ts'
import type { Owner, Random, SeedRow } from './tools.ts'
import { authorOf, cycle, idOf, money, ownedBy, reference, written } from './tools.ts'

export type Account = {
  readonly id: string
  readonly name: string
  readonly owner: Owner
  readonly index: number
  readonly contactId: string
  readonly contactName: string
}

const letters = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
const EMAIL_HOST = (name: string): string => `${letters(name)}.example`

export function planAccounts(ukOwners: readonly Owner[], germanOwners: readonly Owner[]): Account[] {
  const plan = (names: readonly string[], owners: readonly Owner[], offset: number): Account[] =>
    names.map((name, at) => {
      const index = at + offset
      const german = owners === germanOwners
      const first = cycle(german ? GERMAN_FIRST_NAMES : UK_FIRST_NAMES, index * 7)
      const last = cycle(german ? GERMAN_LAST_NAMES : UK_LAST_NAMES, index * 3)
      return {
        id: idOf('account', name),
        name,
        owner: cycle(owners, at),
        index,
        contactId: idOf('contact', `${index}/0`),
        contactName: `${first} ${last}`,
      }
    })
  return [...plan(UK_COMPANIES, ukOwners, 0), ...plan(GERMAN_COMPANIES, germanOwners, UK_COMPANIES.length)]
}

function address(owner: Owner, index: number): Record<string, string> {
  const german = owner.country === 'Germany'
  const [city, county, postcode] = cycle(german ? GERMAN_TOWNS : UK_TOWNS, index)
  const country = german ? 'Germany' : 'United Kingdom'
  const line = `${(index % 60) + 1} ${german ? 'Hafenstraße' : 'Quay Street'}`
  return {
    address1_line1: line,
    address1_city: city,
    address1_stateorprovince: county,
    address1_postalcode: postcode,
    address1_country: country,
    address1_composite: `${line}\r\n${city}, ${county} ${postcode}\r\n${country}`,
  }
}

export const TERRITORIES = ['South Coast', 'Wales & West', 'The North', 'Deutschland'] as const

function territoryId({ country }: Owner, index: number): string {
  return idOf('territory', country === 'Germany' ? 'Deutschland' : cycle(TERRITORIES.slice(0, -1), index))
}

function customColumns(index: number): Record<string, Value> {
  return {
    hp_teamsize: cycle([null, 100_000_000, 100_000_001, 100_000_002, 100_000_003], index),
    hp_servicelevel: cycle([0, 1, 2, 1, null], index),
    hp_takesdeliveries: index % 3 === 0,
    hp_materials: cycle([null, '1', '1,2', '2,3,11', '12', '11,12'], index),
  }
}

function accountRow(account: Account, now: Date, random: Random): SeedRow {
  const { id, name, owner, index, contactId } = account
  const inactive = index % 17 === 16
  const parent = index % 11 === 10 ? UK_COMPANIES[index - 10] : undefined
  return {
    entity: 'account',
    values: {
      accountid: id,
      name,
      accountnumber: `HP-${1000 + index}`,
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -700 + index * 9, -(index % 40) - 1),
      ...money(owner, {
        revenue: index % 6 === 5 ? null : 150_000 + random(120) * 25_000,
        creditlimit: index % 4 === 3 ? null : 10_000 + random(9) * 5000,
      }),
      ...address(owner, index),
      primarycontactid: reference('contact', contactId),
      parentaccountid: parent === undefined ? null : reference('account', idOf('account', parent)),
      industrycode: index % 7 === 6 ? null : cycle([5, 9, 13, 10, 29, 23], index),
      customertypecode: cycle([3, 3, 8, 9], index),
      accountcategorycode: cycle([1, 2, 2], index),
      numberofemployees: index % 5 === 4 ? null : 6 + random(240),
      telephone1: `+44 117 496 ${String(100 + index).padStart(4, '0')}`,
      emailaddress1: `hello@${EMAIL_HOST(name)}`,
      websiteurl: index % 3 === 2 ? null : `https://${EMAIL_HOST(name)}`,
      description: index % 8 === 7 ? 'Prefers deliveries before 9 & pays within 14 days.' : null,
      creditonhold: index % 19 === 18,
      donotemail: index % 13 === 12,
      territoryid: reference('territory', territoryId(owner, index)),
      ...customColumns(index),
      statecode: inactive ? 1 : 0,
      statuscode: inactive ? 2 : 1,
    },
  }
}

function addressAt(company: string, first: string, last: string): string {
  return `${first[0]?.toLowerCase() ?? ''}.${letters(last)}@${EMAIL_HOST(company)}`
}

function contactRow(account: Account, number: number, now: Date): SeedRow {
  const { owner, index, name } = account
  const german = owner.country === 'Germany'
  const first = cycle(german ? GERMAN_FIRST_NAMES : UK_FIRST_NAMES, index * 7 + number * 5)
  const last = cycle(german ? GERMAN_LAST_NAMES : UK_LAST_NAMES, index * 3 + number * 7)
  return {
    entity: 'contact',
    values: {
      contactid: number === 0 ? account.contactId : idOf('contact', `${index}/${number}`),
      fullname: `${first} ${last}`,
      firstname: first,
      lastname: last,
      jobtitle: (index + number) % 6 === 5 ? null : cycle(JOB_TITLES, index + number * 3),
      parentcustomerid: reference('account', account.id),
      accountid: reference('account', account.id),
      emailaddress1: number === 1 && index % 4 === 0 ? null : addressAt(name, first, last),
      telephone1: index % 4 === 3 ? null : `+44 7700 900${String(index + number * 100).padStart(3, '0')}`,
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -600 + index * 8, -(index % 50) - 1),
      ...address(owner, index),
      accountrolecode: cycle([1, 2, 3], index + number),
      sample_outdooractivities: cycle([null, '2', '2,4,9', '1,9', '6,8'], index + number),
      hp_interests: cycle(['1', null, '2,3', '12', '1,3,21'], index + number),
      hp_wantscatalogue: (index + number) % 4 === 0,
      hp_priority: cycle([1, 0, null, 2], index + number),
      hp_passportnumber: index % 5 === 0 ? `P${100_000 + index * 10 + number}` : null,
      statecode: 0,
      statuscode: 1,
    },
  }
}

export function customerRows(accounts: readonly Account[], now: Date, random: Random): SeedRow[] {
  return accounts.flatMap((account) => {
    const contacts = account.index % 3 === 0 ? [0, 1, 2] : account.index % 3 === 1 ? [0, 1] : [0]
    return [accountRow(account, now, random), ...contacts.map((number) => contactRow(account, number, now))]
  })
}
