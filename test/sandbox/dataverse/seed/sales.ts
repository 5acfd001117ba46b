import { COMPLAINTS, PRODUCTS, PROJECTS, UK_FIRST_NAMES, UK_LAST_NAMES } from './names.ts'
import type { Account } from './customers.ts'
import type { Owner, Random, SeedRow } from './tools.ts'
import { authorOf, cycle, day, dayInMonth, idOf, instant, money, ownedBy, reference, written } from './tools.ts'

const STAGES = ['Qualify', 'Develop', 'Propose', 'Close'] as const

export type Opportunity = {
  readonly id: string
  readonly account: Account
  readonly name: string
  readonly value: number
  readonly state: 0 | 1 | 2
}

/** Of five deals of an account, three are open, one is won and one lost. */
export function planOpportunities(accounts: readonly Account[], random: Random): Opportunity[] {
  return accounts.flatMap((account) =>
    Array.from({ length: 2 + (account.index % 2) }, (_, number): Opportunity => {
      const serial = account.index * 3 + number
      const state = serial % 5 < 3 ? 0 : serial % 5 === 3 ? 1 : 2
      const name = `${account.name.split(' ')[0] ?? account.name}: ${cycle(PROJECTS, serial)}`
      return { id: idOf('opportunity', serial), account, name, value: 6000 + random(48) * 2750, state }
    }),
  )
}

function closeDate(now: Date, serial: number): string | null {
  if (serial % 23 === 22) return null
  if (serial % 11 === 10) return day(now, -9)
  return dayInMonth(now, cycle([0, 1, 0, 2, 3], serial), 3 + (serial % 25))
}

function stageOf(serial: number, open: boolean): Record<string, string | number | null> {
  if (open && serial % 13 === 12) return { salesstage: null, stepname: null }
  const stage = open ? serial % 4 : 3
  return { salesstage: stage, stepname: `${stage + 1}-${STAGES[stage] ?? ''}` }
}

function opportunityRow(opportunity: Opportunity, serial: number, now: Date): SeedRow {
  const { id, name, value, state, account } = opportunity
  const { owner } = account
  const open = state === 0
  return {
    entity: 'opportunity',
    values: {
      opportunityid: id,
      name,
      customerid: reference('account', account.id),
      parentaccountid: reference('account', account.id),
      parentcontactid: reference('contact', account.contactId),
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -200 + (serial % 150), -(serial % 45)),
      ...money(owner, { estimatedvalue: serial % 29 === 28 ? null : value, actualvalue: state === 1 ? value : null }),
      ...stageOf(serial, open),
      estimatedclosedate: closeDate(now, serial),
      actualclosedate: open ? null : day(now, -5 - (serial % 90)),
      closeprobability: open ? cycle([10, 35, 60, 85], serial) : null,
      opportunityratingcode: cycle([1, 2, 2, 3], serial),
      msdyn_forecastcategory: open
        ? cycle([100_000_001, 100_000_002, 100_000_003], serial)
        : state === 1
          ? 100_000_005
          : 100_000_006,
      description: serial % 9 === 8 ? "Wants the same finish as at the owner's house." : null,
      statecode: state,
      statuscode: state === 0 ? cycle([1, 1, 2], serial) : state === 1 ? 3 : cycle([4, 5], serial),
    },
  }
}

function quoteRow(opportunity: Opportunity, serial: number, now: Date): SeedRow {
  const { account, name, value } = opportunity
  return {
    entity: 'quote',
    values: {
      quoteid: idOf('quote', serial),
      name: `Quote: ${name}`,
      quotenumber: `QUO-${2000 + serial}`,
      revisionnumber: 0,
      opportunityid: reference('opportunity', opportunity.id),
      customerid: reference('account', account.id),
      ...ownedBy(account.owner),
      ...written(now, authorOf(account.owner), -40 + (serial % 30), -(serial % 10)),
      ...money(account.owner, { totalamount: value }),
      effectiveto: instant(now, 30),
      statecode: serial % 2,
      statuscode: serial % 2 === 0 ? 1 : 3,
    },
  }
}

const LEAD_STATES = [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 4],
  [0, 1],
  [2, 6],
] as const

function leadRow(owner: Owner, serial: number, now: Date, random: Random): SeedRow {
  const first = cycle(UK_FIRST_NAMES, serial * 3 + 1)
  const last = cycle(UK_LAST_NAMES, serial * 7 + 2)
  const [statecode, statuscode] = cycle(LEAD_STATES, serial)
  return {
    entity: 'lead',
    values: {
      leadid: idOf('lead', serial),
      fullname: `${first} ${last}`,
      firstname: first,
      lastname: last,
      subject: `Interested in ${cycle(PROJECTS, serial + 4)}`,
      companyname:
        serial % 10 === 9 ? null : `${last} ${cycle(['Interiors', 'Homes', '& Daughters', 'Boats'], serial)}`,
      emailaddress1: `${first[0]?.toLowerCase() ?? ''}${serial}@${last.replace(/[^a-z]/gi, '').toLowerCase()}.example`,
      leadsourcecode: cycle([8, 7, 3, 1, 9], serial),
      leadqualitycode: cycle([1, 2, 3], serial),
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -(serial % 60) - 2, -(serial % 20)),
      ...money(owner, { estimatedamount: 4000 + random(30) * 1500 }),
      statecode,
      statuscode,
    },
  }
}

function caseRow(account: Account, serial: number, now: Date): SeedRow {
  const [statecode, statuscode] = cycle(
    [
      [0, 1],
      [0, 3],
      [1, 5],
      [0, 2],
      [2, 6],
    ] as const,
    serial,
  )
  return {
    entity: 'incident',
    values: {
      incidentid: idOf('incident', serial),
      title: cycle(COMPLAINTS, serial),
      ticketnumber: `CAS-${10_200 + serial}-H${serial % 9}P`,
      customerid: reference(
        serial % 4 === 3 ? 'contact' : 'account',
        serial % 4 === 3 ? account.contactId : account.id,
      ),
      primarycontactid: reference('contact', account.contactId),
      prioritycode: cycle([2, 1, 2, 3], serial),
      caseorigincode: cycle([1, 2, 3], serial),
      casetypecode: cycle([2, 1, 3], serial),
      ...ownedBy(account.owner),
      ...written(now, authorOf(account.owner), -(serial % 35) - 1, -(serial % 6)),
      isescalated: serial % 8 === 7,
      statecode,
      statuscode,
    },
  }
}

function productRows(now: Date): SeedRow[] {
  return PRODUCTS.map(([name, price], index) => ({
    entity: 'product',
    values: {
      productid: idOf('product', name),
      name,
      productnumber: `P-${100 + index}`,
      price,
      price_base: price,
      transactioncurrencyid: reference('transactioncurrency', idOf('currency', 'GBP')),
      productstructure: 1,
      statecode: 0,
      statuscode: 1,
      createdon: instant(now, -900),
      modifiedon: instant(now, -100 + index),
    },
  }))
}

/** Opportunities, quotes, leads, cases and the catalogue. */
export function salesRows(
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  owners: readonly Owner[],
  now: Date,
  random: Random,
): SeedRow[] {
  const quoted = opportunities.filter(({ state }, index) => state === 0 && index % 3 === 0)
  return [
    ...productRows(now),
    ...opportunities.map((opportunity, serial) => opportunityRow(opportunity, serial, now)),
    ...quoted.map((opportunity, serial) => quoteRow(opportunity, serial, now)),
    ...Array.from({ length: 48 }, (_, serial) => leadRow(cycle(owners, serial), serial, now, random)),
    ...accounts.flatMap((account) => (account.index % 4 === 3 ? [] : [caseRow(account, account.index, now)])),
  ]
}
