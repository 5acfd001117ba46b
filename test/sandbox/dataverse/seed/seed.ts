import { activitySeed } from './activities.ts'
import { customerRows, planAccounts } from './customers.ts'
import { markerRows } from './markers.ts'
import { historyRows } from './history/history.ts'
import type { Member } from './organisation.ts'
import { membersOf, organisationRows, ownerOf, teamOwner } from './organisation.ts'
import { planOpportunities, salesRows } from './sales.ts'
import { shareRows } from './shares.ts'
import type { Owner } from './tools.ts'
import { createRandom, keepingLast } from './tools.ts'

/** How many of twelve UK accounts each owner has. */
const UK_SHARES: readonly string[] = [
  'Priya Nair',
  'Oliver Hughes',
  'Priya Nair',
  'Callum Fraser',
  'Priya Nair',
  "Hannah O'Brien",
  'team',
  'Aisha Khan',
  'Marcus Webb',
  'Priya Nair',
  'Callum Fraser',
  'Margaret Ellis',
  'Grace Okafor',
]
const GERMAN_SHARES: readonly string[] = ['Lena Schäfer', 'Jürgen Weiß']

function ownersOf(names: readonly string[], members: readonly Member[]): Owner[] {
  return names.flatMap((name) => {
    if (name === 'team') return [teamOwner('Key Accounts')]
    const member = members.find((one) => one.name === name)
    return member ? [ownerOf(member)] : []
  })
}

/** Every row of the made-up company "Harbour & Pine": the same at every start but for the dates, which follow `now`. */
export const seed = keepingLast((people, now) => {
  const random = createRandom(20_261_124)
  const members = membersOf(people)
  const ukOwners = ownersOf(UK_SHARES, members)
  const accounts = planAccounts(ukOwners, ownersOf(GERMAN_SHARES, members))
  const opportunities = planOpportunities(accounts, random)
  return [
    ...organisationRows(members, now),
    ...customerRows(accounts, now, random),
    ...salesRows(accounts, opportunities, ukOwners, now, random),
    ...markerRows(members, now),
    ...activitySeed(accounts, opportunities, now),
    ...shareRows(members, accounts, opportunities, now),
    ...historyRows({ members, accounts, opportunities, owners: ukOwners }, now),
  ]
})
