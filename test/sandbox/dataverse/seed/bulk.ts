import type { Person } from '../../people.ts'
import { membersOf, ownerOf, teamOwner } from './organisation.ts'
import type { Owner, SeedRow } from './tools.ts'
import { cycle, day, instant, money, ownedBy, reference } from './tools.ts'

/** Many rows of one table that belong to one user or team, by name. */
export type Bulk = {
  readonly entity: 'account' | 'opportunity'
  readonly count: number
  readonly owner: string
}

export const BULK_PREFIX = 'Bulk'

/** Counted ids rather than hashed ones: 50,001 rows are to take no time. */
function bulkId(entity: string, index: number): string {
  return `b01c0000-${entity === 'account' ? '0001' : '0003'}-4000-8000-${index.toString(16).padStart(12, '0')}`
}

function owner(name: string, people: readonly Person[]): Owner {
  const member = membersOf(people).find((one) => one.name === name)
  return member ? ownerOf(member) : teamOwner(name)
}

/** @throws RangeError when nobody and no team has the owner's name */
export function bulkRows({ entity, count, owner: name }: Bulk, people: readonly Person[], now: Date): SeedRow[] {
  const whose = owner(name, people)
  const author = reference('systemuser', membersOf(people)[0]?.id ?? '')
  const same = { ...ownedBy(whose), createdby: author, modifiedby: author, statecode: 0, statuscode: 1 }
  const times = Array.from({ length: 60 }, (_, days) => ({
    createdon: instant(now, -days - 1),
    modifiedon: instant(now, -days),
  }))
  const closing = Array.from({ length: 90 }, (_, days) => day(now, days))
  const own =
    entity === 'account'
      ? (index: number) => ({ accountnumber: `B-${index}`, ...money(whose, { revenue: 1000 + (index % 97) }) })
      : (index: number) => ({
          salesstage: index % 4,
          estimatedclosedate: cycle(closing, index),
          ...money(whose, { estimatedvalue: 1000 + (index % 97) }),
        })
  return Array.from({ length: count }, (_, index) => ({
    entity,
    values: {
      [`${entity}id`]: bulkId(entity, index),
      name: `${BULK_PREFIX} ${entity} ${index}`,
      ...same,
      ...cycle(times, index),
      ...own(index),
    },
  }))
}
