import type { Member } from '../organisation.ts'
import { ownerOf, teamOwner, unitId } from '../organisation.ts'
import type { Owner } from '../tools.ts'
import { cycle, idOf } from '../tools.ts'

export type World = { readonly members: readonly Member[]; readonly now: Date }

/** @throws RangeError for a name that no user has */
export function ownerNamed(name: string, { members }: World): Owner {
  const member = members.find((one) => one.name === name)
  if (!member) throw new RangeError(`no user "${name}"`)
  return ownerOf(member)
}

const ROUND = ['Priya Nair', 'Callum Fraser', 'team', 'Lena Schäfer', 'Marcus Webb', 'Margaret Ellis'] as const

/** Owners at every distance from every person, in turn. */
export function ownerAt(index: number, world: World): Owner {
  const name = cycle(ROUND, index)
  return name === 'team' ? teamOwner('Key Accounts') : ownerNamed(name, world)
}

export const ORDER_DESK = idOf('team', 'Order Desk North')

/** A row of the Order Desk that belongs to another unit than its team, which record ownership across units allows. */
export const ORDER_DESK_IN_SALES: Owner = { entity: 'team', id: ORDER_DESK, unit: unitId('UK Sales'), country: 'UK' }
