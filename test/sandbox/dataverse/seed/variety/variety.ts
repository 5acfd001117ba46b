import { membersOf, unitId } from '../organisation.ts'
import { shareRow } from '../shares.ts'
import { seed } from '../seed.ts'
import type { SeedRow } from '../tools.ts'
import { idOf, instant, keepingLast, reference } from '../tools.ts'
import { varietyActivities } from './activities.ts'
import { varietyAccountId, varietyCustomers } from './customers.ts'
import { datedOpportunities, datedTasks } from './dated.ts'
import { varietyDetails } from './details.ts'
import { varietyHistory } from './history.ts'
import type { World } from './owners.ts'
import { ORDER_DESK } from './owners.ts'
import { reportRows } from './report-rows.ts'

/** Time zone codes and languages; who is not named stays as seeded. */
const SETTINGS: Readonly<Record<string, { readonly zone: number; readonly language: number }>> = {
  'Priya Nair': { zone: 85, language: 1033 },
  'Marcus Webb': { zone: 35, language: 1033 },
  'Elena Rossi': { zone: 110, language: 1031 },
  'Lena Schäfer': { zone: 110, language: 1031 },
}
/** Marcus reports to Margaret, Callum to Marcus and Aisha to Callum. */
const MANAGERS: Readonly<Record<string, string>> = { 'Marcus Webb': 'Margaret Ellis', 'Aisha Khan': 'Callum Fraser' }

/** Rows of the seed again, with other settings and managers. */
function amended(rows: readonly SeedRow[], { members }: World): SeedRow[] {
  const nameOf = (id: unknown): string => members.find((one) => one.id === id)?.name ?? ''
  return rows.flatMap(({ entity, values }): SeedRow[] => {
    const name = nameOf(values['systemuserid'])
    const settings = SETTINGS[name]
    if (entity === 'usersettings' && settings)
      return [{ entity, values: { ...values, timezonecode: settings.zone, uilanguageid: settings.language } }]
    const manager = members.find((one) => one.name === MANAGERS[name])
    if (entity !== 'systemuser' || !manager) return []
    return [{ entity, values: { ...values, parentsystemuserid: reference('systemuser', manager.id) } }]
  })
}

/** A team of the north lends its members a role that reads the orders of its own unit. */
function orderDesk({ members, now }: World): SeedRow[] {
  const rep = members.find(({ name }) => name === 'Priya Nair')
  const roleid = idOf('role', 'Order Desk')
  const north = reference('businessunit', unitId('UK North'))
  const dates = { createdon: instant(now, -500), modifiedon: instant(now, -5) }
  return [
    { entity: 'role', values: { roleid, name: 'Order Desk', businessunitid: north, ismanaged: false, ...dates } },
    {
      entity: 'team',
      values: {
        teamid: ORDER_DESK,
        name: 'Order Desk North',
        teamtype: 0,
        isdefault: false,
        businessunitid: north,
        ...dates,
      },
    },
    { entity: 'teamroles', values: { teamrolesid: idOf('teamroles', 'desk'), teamid: ORDER_DESK, roleid } },
    {
      entity: 'teammembership',
      values: { teammembershipid: idOf('membership', 'desk'), teamid: ORDER_DESK, systemuserid: rep?.id ?? '' },
    },
  ]
}

/** Shares to a user, to a team, of an activity, without the right to read, and of a table that its receiver cannot read. */
function shares({ members, now }: World): SeedRow[] {
  const user = (name: string) =>
    ({ type: 'systemuser', id: members.find((one) => one.name === name)?.id ?? '' }) as const
  const team = { type: 'team', id: idOf('team', 'Key Accounts') } as const
  const rep = user('Priya Nair')
  return [
    ...[1, 3, 5].map((index) =>
      shareRow({ to: rep, entity: 'opportunity', id: idOf('variety/opportunity', index) }, now),
    ),
    shareRow({ to: user('Marcus Webb'), entity: 'opportunity', id: idOf('variety/opportunity', 3) }, now),
    shareRow({ to: team, entity: 'account', id: varietyAccountId('Tidewater UK') }, now),
    shareRow({ to: team, entity: 'contact', id: idOf('variety/contact', 0) }, now),
    shareRow({ to: rep, entity: 'task', id: idOf('variety/task', 1) }, now),
    shareRow({ to: rep, entity: 'account', id: varietyAccountId('Übersee Hölzer'), mask: 4 }, now),
    shareRow({ to: rep, entity: 'connection', id: idOf('variety/connection', 0) }, now),
  ]
}

function currency({ now }: World): SeedRow {
  return {
    entity: 'transactioncurrency',
    values: {
      transactioncurrencyid: idOf('currency', 'USD'),
      currencyname: 'US Dollar',
      currencysymbol: '$',
      isocurrencycode: 'USD',
      currencyprecision: 2,
      exchangerate: 1.31,
      statecode: 0,
      statuscode: 1,
      createdon: instant(now, -900),
      modifiedon: instant(now, -20),
    },
  }
}

/** What the seed of every day lacks: a row for each case that an operator can trip over. Follows `seed` in a store. */
export const varietyRows = keepingLast((people, now) => {
  const world: World = { members: membersOf(people), now }
  return [
    ...amended(seed(people, now), world),
    currency(world),
    ...orderDesk(world),
    ...varietyCustomers(world),
    ...datedTasks(world),
    ...datedOpportunities(world),
    ...varietyDetails(world),
    ...varietyActivities(world),
    ...reportRows(world),
    ...varietyHistory(world),
    ...shares(world),
  ]
})
