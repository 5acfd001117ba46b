import type { Member } from './organisation.ts'
import { ownerOf, teamOwner } from './organisation.ts'
import type { Owner, SeedRow } from './tools.ts'
import { day, idOf, money, ownedBy, written } from './tools.ts'

export type MarkerDepth = 'own' | 'team' | 'business unit' | 'child unit' | 'other unit' | 'root unit'

/** One opportunity per depth of access, seen from the sales rep; its name begins with `MARKER_PREFIX`. */
export const MARKER_PREFIX = 'Access check:'
const OWNERS: Readonly<Record<MarkerDepth, string>> = {
  own: 'Priya Nair',
  team: '',
  'business unit': 'Oliver Hughes',
  'child unit': 'Callum Fraser',
  'other unit': 'Lena Schäfer',
  'root unit': 'Margaret Ellis',
}
export const MARKER_DEPTHS = Object.keys(OWNERS) as readonly MarkerDepth[]

export function markerId(depth: MarkerDepth): string {
  return idOf('marker', depth)
}

function ownerAt(depth: MarkerDepth, members: readonly Member[]): Owner | undefined {
  if (depth === 'team') return teamOwner('Key Accounts')
  const member = members.find(({ name }) => name === OWNERS[depth])
  return member && ownerOf(member)
}

export function markerRows(members: readonly Member[], now: Date): SeedRow[] {
  return MARKER_DEPTHS.flatMap((depth) => {
    const owner = ownerAt(depth, members)
    if (!owner) return []
    const values = {
      opportunityid: markerId(depth),
      name: `${MARKER_PREFIX} ${depth}`,
      ...ownedBy(owner),
      ...written(now, idOf('systemuser', 'Margaret Ellis'), -10, -1),
      ...money(owner, { estimatedvalue: 1000 }),
      estimatedclosedate: day(now, 60),
      salesstage: 0,
      stepname: '1-Qualify',
      statecode: 0,
      statuscode: 1,
    }
    return [{ entity: 'opportunity', values }]
  })
}
