import { PROJECTS, UK_FIRST_NAMES, UK_LAST_NAMES } from '../names.ts'
import type { Owner, SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, money, ownedBy, written } from '../tools.ts'

const OLD_LEADS = 30
const STATES = [
  [1, 3],
  [2, 4],
  [0, 1],
  [2, 7],
  [1, 3],
] as const

/** Leads of the year before the last two months. */
export function oldLeadRows(owners: readonly Owner[], now: Date): SeedRow[] {
  return Array.from({ length: OLD_LEADS }, (_, serial) => {
    const owner = cycle(owners, serial * 3)
    const first = cycle(UK_FIRST_NAMES, serial * 7 + 3)
    const last = cycle(UK_LAST_NAMES, serial * 3 + 1)
    const [statecode, statuscode] = cycle(STATES, serial)
    return {
      entity: 'lead',
      values: {
        leadid: idOf('old-lead', serial),
        fullname: `${first} ${last}`,
        firstname: first,
        lastname: last,
        subject: `Asked about ${cycle(PROJECTS, serial)}`,
        companyname: serial % 4 === 3 ? null : `${last} & Partners`,
        emailaddress1: serial % 5 === 4 ? null : `${first[0]?.toLowerCase() ?? ''}.old${serial}@example.com`,
        leadsourcecode: cycle([8, 1, 7, null, 9], serial),
        leadqualitycode: cycle([2, 3, 1], serial),
        ...ownedBy(owner),
        ...written(now, authorOf(owner), -70 - serial * 10, -60 - serial * 9),
        ...money(owner, { estimatedamount: serial % 6 === 5 ? null : 3000 + serial * 750 }),
        statecode,
        statuscode,
      },
    }
  })
}
