import type { Account } from './customers.ts'
import type { Member } from './organisation.ts'
import type { Opportunity } from './sales.ts'
import type { SeedRow } from './tools.ts'
import { idOf, instant } from './tools.ts'

const READ_AND_WRITE = 3
const APPEND_ONLY = 4

type Principal = { readonly type: 'systemuser' | 'team'; readonly id: string }
export type Share = { readonly to: Principal; readonly entity: string; readonly id: string; readonly mask?: number }

/** A row of the table in which Dataverse keeps who may do what with a single row. */
export function shareRow({ to, entity, id, mask = READ_AND_WRITE }: Share, now: Date): SeedRow {
  return {
    entity: 'principalobjectaccess',
    values: {
      principalobjectaccessid: idOf('share', `${to.id}/${id}`),
      principalid: to.id,
      principaltypecode: to.type,
      objectid: id,
      objecttypecode: entity,
      accessrightsmask: mask,
      changedon: instant(now, -3),
    },
  }
}

/** Colleagues in the north let the sales rep see a deal, and the Key Accounts team a customer; one share gives no read. */
export function shareRows(
  members: readonly Member[],
  accounts: readonly Account[],
  opportunities: readonly Opportunity[],
  now: Date,
): SeedRow[] {
  const rep = members.find(({ roles }) => roles.includes('Salesperson'))
  const north = accounts.filter(({ owner }) => owner.id === idOf('systemuser', 'Callum Fraser'))
  const [first, second, third] = north
  const deal = opportunities.find(({ account, state }) => account === first && state === 0)
  if (!rep || !second || !third || !deal) return []
  const user: Principal = { type: 'systemuser', id: rep.id }
  const team: Principal = { type: 'team', id: idOf('team', 'Key Accounts') }
  return [
    shareRow({ to: user, entity: 'opportunity', id: deal.id }, now),
    shareRow({ to: team, entity: 'account', id: second.id }, now),
    shareRow({ to: user, entity: 'account', id: third.id, mask: APPEND_ONLY }, now),
  ]
}
