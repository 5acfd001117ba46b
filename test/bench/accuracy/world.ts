import { createHash } from 'node:crypto'

import { type Oracle, oracleFor } from '../../queries/oracle/oracle.ts'
import { seed } from '../../sandbox/dataverse/seed/seed.ts'
import type { SeedRow } from '../../sandbox/dataverse/seed/tools.ts'
import { PEOPLE } from '../../sandbox/people.ts'

/** The moment of every question, a Tuesday morning: with another one, other answers are right. */
export const NOW = new Date('2026-11-24T09:30:00Z')

/** Tables that the seed leaves empty, with the columns by which SQL knows whose their rows would be. */
const EMPTY: readonly SeedRow[] = [
  { entity: 'teamroles', values: { teamrolesid: 'none', teamid: null, roleid: null } },
  { entity: 'opportunityproduct', values: { opportunityproductid: 'none', opportunityid: null } },
  { entity: 'quotedetail', values: { quotedetailid: 'none', quoteid: null } },
]

/** SQL over the rows that the sandbox starts with. */
export function openOracle(now: Date = NOW): Oracle {
  return oracleFor([...seed(PEOPLE, NOW), ...EMPTY], PEOPLE, now)
}

/** Changes with any row of the seed: by another one, other answers are right. */
export function fingerprintOfSeed(): string {
  return createHash('sha256')
    .update(JSON.stringify(seed(PEOPLE, NOW)))
    .digest('hex')
    .slice(0, 16)
}
