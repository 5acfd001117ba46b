import { describe } from '@jest/globals'

import type { Person } from '../../sandbox/people.ts'
import { covering } from '../covering.ts'
import type { Query } from '../query.ts'
import { ASKERS, askEach, stageAt } from '../suite.ts'
import { CLOCKS, daysOf, QUERIES_OF_DAYS } from './clocks.ts'

type Asked = { readonly at: number; readonly query: Query; readonly person: Person }

/** The day that each person has at each clock. */
const daysAt = CLOCKS.map(([, now]) => daysOf(new Date(now)))

/** Begins with another person for each query and clock, so that not the same one asks for those who are on one day. */
const all = QUERIES_OF_DAYS.flatMap((query, index) =>
  CLOCKS.flatMap((_clock, at) =>
    ASKERS.map((_person, which): Asked => {
      const person = ASKERS[(which + index + at) % ASKERS.length] as Person
      return { at, query, person }
    }),
  ),
)

/** Each query on each day that somebody has at each clock, and of everybody; those who are on one day ask in turn. */
const asked = covering(all, ({ at, query, person }) => [
  `${query.name} at ${at} on ${daysAt[at]?.get(person)}`,
  `${query.name} of ${person.persona}`,
  `${person.persona} at ${at}`,
])

describe.each(CLOCKS.map(([what, now], at) => [what, now, at] as const))('%s', (_what, now, at) =>
  askEach(
    asked.filter((one) => one.at === at).map(({ query, person }) => [query, person] as const),
    stageAt(new Date(now)),
  ),
)
