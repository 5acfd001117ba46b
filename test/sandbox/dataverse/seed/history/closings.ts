import type { Account } from '../customers.ts'
import { PROJECTS } from '../names.ts'
import type { Opportunity } from '../sales.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, day, idOf, instant, money, moneyIn, ownedBy, reference, written } from '../tools.ts'
import { RIVALS } from './market.ts'

/** A deal that was won or lost so many days ago. */
export type Closing = {
  readonly id: string
  readonly name: string
  readonly account: Pick<Account, 'id' | 'contactId' | 'owner'>
  readonly value: number
  readonly isWon: boolean
  readonly daysAgo: number
  readonly currency: 'GBP' | 'EUR'
}

/** Every third customer has bought two to four times in two years, and turned an offer down in between. */
const PURCHASES: readonly (readonly number[])[] = [
  [12, 130, 400],
  [35, 210, 365, 640],
  [3, 95],
  [61, 62, 300, 720],
]

export function planClosings(accounts: readonly Account[]): Closing[] {
  return accounts
    .filter(({ index }) => index % 3 === 0)
    .flatMap((account, at) => {
      const dates = cycle(PURCHASES, at)
      return [...dates, (dates[0] ?? 0) + 40].map((daysAgo, number): Closing => {
        const home = account.owner.country === 'Germany' ? 'EUR' : 'GBP'
        const abroad = home === 'EUR' ? 'GBP' : 'EUR'
        return {
          id: idOf('closing', `${account.index}/${number}`),
          name: `${account.name.split(' ')[0] ?? ''}: ${cycle(PROJECTS, account.index + number * 5)}`,
          account,
          value: 4000 + ((account.index * 37 + number * 113) % 41) * 1250.5,
          isWon: number < dates.length,
          daysAgo,
          currency: (at + number) % 6 === 5 ? abroad : home,
        }
      })
    })
}

function dealRow({ id, name, account, value, isWon, daysAgo, currency }: Closing, now: Date): SeedRow {
  return {
    entity: 'opportunity',
    values: {
      opportunityid: id,
      name,
      customerid: reference('account', account.id),
      parentaccountid: reference('account', account.id),
      parentcontactid: reference('contact', account.contactId),
      ...ownedBy(account.owner),
      ...written(now, authorOf(account.owner), -daysAgo - 75, -daysAgo),
      ...moneyIn(currency, { estimatedvalue: Math.round(value * 110) / 100, actualvalue: isWon ? value : null }),
      salesstage: 3,
      stepname: '4-Close',
      estimatedclosedate: day(now, 14 - daysAgo),
      actualclosedate: day(now, -daysAgo),
      opportunityratingcode: isWon ? 1 : 3,
      msdyn_forecastcategory: isWon ? 100_000_005 : 100_000_006,
      statecode: isWon ? 1 : 2,
      statuscode: isWon ? 3 : daysAgo % 2 === 0 ? 4 : 5,
    },
  }
}

const REASONS_WON = ['Best finish of the three samples.', 'We could deliver before Easter.', null] as const
const REASONS_LOST = [
  'Too dear: they had asked for 15 % less.',
  'Went with a local joiner.',
  'The project was put off until next year.',
] as const

/** What the close of a deal leaves behind: an activity with the reason and the revenue. */
type Close = {
  readonly deal: string
  readonly name: string
  readonly owner: Owner
  readonly isWon: boolean
  readonly statuscode: number
  readonly daysAgo: number
  readonly revenue: Record<string, SeedRow['values'][string]>
  readonly serial: number
}

export function closeRows(close: Close, now: Date): SeedRow[] {
  const { deal, name, owner, isWon, statuscode, daysAgo, revenue, serial } = close
  const rival = statuscode === 5 ? reference('competitor', idOf('competitor', cycle(RIVALS, serial))) : null
  const common = {
    activityid: idOf('opportunityclose', deal),
    subject: `${isWon ? 'Won' : 'Lost'}: ${name}`,
    activitytypecode: 'opportunityclose',
    regardingobjectid: reference('opportunity', deal),
    description: cycle(isWon ? REASONS_WON : REASONS_LOST, serial),
    ...ownedBy(owner),
    ...written(now, authorOf(owner), -daysAgo, -daysAgo),
    actualend: instant(now, -daysAgo),
    isregularactivity: false,
    prioritycode: 1,
    statecode: 1,
    statuscode: 2,
  }
  const own = { opportunitystatecode: isWon ? 1 : 2, opportunitystatuscode: statuscode, competitorid: rival }
  return [
    {
      entity: 'opportunityclose',
      values: { ...common, ...revenue, ...own, opportunityid: reference('opportunity', deal) },
    },
    { entity: 'activitypointer', values: common },
  ]
}

/** The closes of the deals that the quarter's plan knows as won or lost; `sales.ts` says when and why. */
export function closesOf(opportunities: readonly Opportunity[], now: Date): SeedRow[] {
  return opportunities.flatMap(({ id, name, account, value, state }, serial) => {
    if (state === 0) return []
    const isWon = state === 1
    const statuscode = isWon ? 3 : cycle([4, 5], serial)
    const revenue = money(account.owner, { actualrevenue: isWon ? value : 0 })
    const daysAgo = 5 + (serial % 90)
    return closeRows({ deal: id, name, owner: account.owner, isWon, statuscode, daysAgo, revenue, serial }, now)
  })
}

export function closingRows(closings: readonly Closing[], now: Date): SeedRow[] {
  return closings.flatMap((closing, serial) => {
    const { id, name, account, isWon, daysAgo, currency, value } = closing
    const statuscode = isWon ? 3 : daysAgo % 2 === 0 ? 4 : 5
    const revenue = moneyIn(currency, { actualrevenue: isWon ? value : 0 })
    return [
      dealRow(closing, now),
      ...closeRows({ deal: id, name, owner: account.owner, isWon, statuscode, daysAgo, revenue, serial }, now),
    ]
  })
}
