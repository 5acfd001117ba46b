import type { Account } from '../customers.ts'
import { COMPLAINTS } from '../names.ts'
import type { SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, instant, ownedBy, reference, written } from '../tools.ts'

/** A case that was raised so many days ago, and settled so many days later or not at all. */
export type Case = {
  readonly id: string
  readonly title: string
  readonly account: Account
  readonly daysAgo: number
  readonly daysOpen: number | null
  readonly serial: number
}

/** Every fifth customer has two or three open cases; settled ones reach back over a year. */
export function planCases(accounts: readonly Account[]): Case[] {
  const plan = (account: Account, daysAgo: number, daysOpen: number | null, number: number): Case => ({
    id: idOf('case', `${account.index}/${number}`),
    title: cycle(COMPLAINTS, account.index + number * 3 + 1),
    account,
    daysAgo,
    daysOpen,
    serial: account.index * 4 + number,
  })
  return accounts.flatMap((account) => {
    const { index } = account
    const open = index % 5 === 0 ? [4, 17, 33].slice(0, 2 + (index % 2)) : []
    const settled = index % 4 === 0 ? [20 + index * 6, 140 + index * 3] : []
    return [
      ...open.map((daysAgo, number) => plan(account, daysAgo, null, number)),
      ...settled.map((daysAgo, number) => plan(account, daysAgo, 1 + ((index + number * 5) % 14), 10 + number)),
    ]
  })
}

function caseRow({ id, title, account, daysAgo, daysOpen, serial }: Case, now: Date): SeedRow {
  const touched = daysOpen === null ? -Math.min(daysAgo, serial % 9) : daysOpen - daysAgo
  return {
    entity: 'incident',
    values: {
      incidentid: id,
      title,
      ticketnumber: `CAS-${20_000 + serial}-H${serial % 9}P`,
      description: serial % 3 === 0 ? `${title}. The customer sent photographs & wants a call back.` : null,
      customerid: reference('account', account.id),
      primarycontactid: reference('contact', account.contactId),
      prioritycode: cycle([1, 2, 3], serial),
      caseorigincode: cycle([2, 1, 3], serial),
      casetypecode: cycle([2, 3, 1], serial),
      ...ownedBy(account.owner),
      ...written(now, authorOf(account.owner), -daysAgo, touched),
      isescalated: daysOpen === null && serial % 4 === 0,
      statecode: daysOpen === null ? 0 : 1,
      statuscode: daysOpen === null ? cycle([1, 3, 4], serial) : cycle([5, 1000], serial),
    },
  }
}

const REMEDIES = [
  'Boards replaced at no charge.',
  'Credit note over 5 % sent.',
  null,
  'Explained how to oil teak; article HP-KB-1 sent.',
] as const

type Settled = {
  readonly id: string
  readonly title: string
  readonly account: Account
  readonly at: number
  readonly statuscode: number
  readonly serial: number
}

/** What the settling of a case leaves behind: an activity with the remedy and the minutes spent. */
function resolutionRows({ id, title, account, at, statuscode, serial }: Settled, now: Date): SeedRow[] {
  const common = {
    activityid: idOf('incidentresolution', id),
    subject: `Resolved: ${title}`,
    activitytypecode: 'incidentresolution',
    regardingobjectid: reference('incident', id),
    description: cycle(REMEDIES, serial),
    ...ownedBy(account.owner),
    ...written(now, authorOf(account.owner), at, at),
    actualend: instant(now, at),
    isregularactivity: false,
    prioritycode: 1,
    statecode: 1,
    statuscode: 2,
  }
  const minutes = 15 + (serial % 12) * 20
  const own = {
    incidentid: reference('incident', id),
    resolutiontypecode: statuscode,
    timespent: serial % 5 === 0 ? 0 : minutes,
    totaltimespent: minutes,
  }
  return [
    { entity: 'incidentresolution', values: { ...common, ...own } },
    { entity: 'activitypointer', values: common },
  ]
}

/** The resolutions of the cases that `sales.ts` raised and settled. */
export function resolutionsOf(accounts: readonly Account[], now: Date): SeedRow[] {
  return accounts
    .filter(({ index }) => index % 4 !== 3 && index % 5 === 2)
    .flatMap((account) => {
      const { index: serial } = account
      const title = cycle(COMPLAINTS, serial)
      return resolutionRows(
        { id: idOf('incident', serial), title, account, at: -(serial % 6), statuscode: 5, serial },
        now,
      )
    })
}

export function caseHistoryRows(cases: readonly Case[], now: Date): SeedRow[] {
  return cases.flatMap((one) => {
    const row = caseRow(one, now)
    const { id, title, account, daysAgo, daysOpen, serial } = one
    if (daysOpen === null) return [row]
    const statuscode = Number(row.values['statuscode'])
    return [row, ...resolutionRows({ id, title, account, at: daysOpen - daysAgo, statuscode, serial }, now)]
  })
}
