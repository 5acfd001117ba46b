import type { Account } from '../customers.ts'
import { TERRITORIES } from '../customers.ts'
import type { Member } from '../organisation.ts'
import { ownerOf } from '../organisation.ts'
import type { Opportunity } from '../sales.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, day, idOf, instant, moneyIn, ownedBy, reference, written } from '../tools.ts'

export const RIVALS = ['Deckmasters', 'Planks & Co', "Shipwright's Choice"] as const

function rivalRows(opportunities: readonly Opportunity[], now: Date): SeedRow[] {
  const rows = RIVALS.map((name, index) => ({
    entity: 'competitor',
    values: {
      competitorid: idOf('competitor', name),
      name,
      strengths: ['Cheap composite boards', 'Three depots', 'Boat interiors since 1920'][index] ?? null,
      weaknesses: ['No fitting of their own', 'Slow with bespoke work', 'Dear'][index] ?? null,
      reportingyear: index === 2 ? null : '2025',
      createdon: instant(now, -300),
      modifiedon: instant(now, -30),
    },
  }))
  const fought = opportunities.filter(({ state }, index) => state === 0 && index % 4 === 0)
  const links = fought.flatMap(({ id }, index) =>
    RIVALS.slice(0, 1 + (index % 2)).map((_rival, at) => ({
      entity: 'opportunitycompetitors',
      values: {
        opportunitycompetitorsid: idOf('deal/rival', `${index}/${at}`),
        opportunityid: id,
        competitorid: idOf('competitor', cycle(RIVALS, index + at)),
      },
    })),
  )
  return [...rows, ...links]
}

/** Who answers for a region. */
const REGION_MANAGERS = ['Marcus Webb', "Hannah O'Brien", 'Callum Fraser', 'Jürgen Weiß'] as const

function territoryRows(members: readonly Member[], now: Date): SeedRow[] {
  return TERRITORIES.map((name, index) => {
    const manager = members.find((one) => one.name === REGION_MANAGERS[index])
    return {
      entity: 'territory',
      values: {
        territoryid: idOf('territory', name),
        name,
        description: index === 2 ? 'Everything from the Humber upwards, islands included' : null,
        managerid: manager ? reference('systemuser', manager.id) : null,
        createdon: instant(now, -1000),
        modifiedon: instant(now, -200),
      },
    }
  })
}

type MemberKind = { readonly name: string; readonly type: 'account' | 'contact' | 'lead'; readonly code: number }
const LISTS: readonly MemberKind[] = [
  { name: 'Spring catalogue', type: 'account', code: 1 },
  { name: 'Boat show guests', type: 'contact', code: 2 },
  { name: 'Newsletter, not yet customers', type: 'lead', code: 4 },
]

function listRows(accounts: readonly Account[], owner: Owner, now: Date): SeedRow[] {
  const membersOf: Readonly<Record<MemberKind['type'], readonly string[]>> = {
    account: accounts.filter(({ index }) => index % 4 === 0).map(({ id }) => id),
    contact: accounts.filter(({ index }) => index % 5 === 1).map(({ contactId }) => contactId),
    lead: Array.from({ length: 8 }, (_, serial) => idOf('lead', serial * 5)),
  }
  return LISTS.flatMap(({ name, type, code }, index) => {
    const listid = idOf('list', name)
    const members = membersOf[type]
    const links = members.map((entityid) => ({
      entity: 'listmember',
      values: {
        listmemberid: idOf('listmember', `${name}/${entityid}`),
        listid,
        entityid,
        entitytype: type,
        createdon: instant(now, -40),
      },
    }))
    const values = {
      listid,
      listname: name,
      purpose: index === 2 ? null : 'Printed mailing',
      createdfromcode: code,
      membertype: code,
      membercount: members.length,
      type: false,
      lockstatus: index === 1,
      lastusedon: index === 2 ? null : instant(now, -20 - index),
      ...ownedBy(owner),
      ...written(now, authorOf(owner), -60, -20),
      ...moneyIn('GBP', { cost: index === 2 ? null : 450 + index * 100 }),
      statecode: 0,
      statuscode: 0,
    }
    return [{ entity: 'list', values }, ...links]
  })
}

/** What each is to sell in the quarter, within the whole unit's goal. */
const GOALS: readonly (readonly [name: string, target: number, actual: number])[] = [
  ['Marcus Webb', 900_000, 410_000],
  ['Priya Nair', 240_000, 168_500],
  ['Oliver Hughes', 200_000, 212_000],
  ['Callum Fraser', 180_000, 29_500],
]

function goalRows(members: readonly Member[], now: Date): SeedRow[] {
  const quarter = Math.floor(now.getUTCMonth() / 3)
  const first = Date.UTC(now.getUTCFullYear(), quarter * 3, 1)
  const last = Date.UTC(now.getUTCFullYear(), quarter * 3 + 3, 0)
  const owners = GOALS.flatMap(([name, target, actual], index) => {
    const member = members.find((one) => one.name === name)
    return member ? [{ member, target, actual, index }] : []
  })
  return owners.map(({ member, target, actual, index }) => ({
    entity: 'goal',
    values: {
      goalid: idOf('goal', member.name),
      title: `${member.name.split(' ')[0] ?? ''}: Q${quarter + 1} ${now.getUTCFullYear()}`,
      goalownerid: reference('systemuser', member.id),
      goalowneridtype: 'systemuser',
      parentgoalid: index === 0 ? null : reference('goal', idOf('goal', 'Marcus Webb')),
      ...ownedBy(ownerOf(member)),
      ...written(now, member.id, -70, -1),
      isfiscalperiodgoal: true,
      fiscalperiod: quarter + 1,
      fiscalyear: now.getUTCFullYear(),
      goalstartdate: new Date(first).toISOString().replace('.000', ''),
      goalenddate: new Date(last).toISOString().replace('.000', ''),
      isamount: true,
      amountdatatype: 0,
      consideronlygoalownersrecords: index !== 0,
      rolluponlyfromchildgoals: index === 0,
      ...moneyIn('GBP', {
        targetmoney: target,
        stretchtargetmoney: target * 1.2,
        actualmoney: actual,
        inprogressmoney: 55_000,
      }),
      percentage: Math.round((actual / target) * 10_000) / 100,
      lastrolledupdate: `${day(now, -1)}T03:00:00Z`,
      statecode: 0,
      statuscode: 0,
    },
  }))
}

/** Rivals, regions, mailing lists and targets. */
export function marketRows(
  members: readonly Member[],
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  now: Date,
): SeedRow[] {
  const lister = members.find(({ name }) => name === 'Priya Nair') ?? members[0]
  return [
    ...rivalRows(opportunities, now),
    ...territoryRows(members, now),
    ...(lister ? listRows(accounts, ownerOf(lister), now) : []),
    ...goalRows(members, now),
  ]
}
