import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageOf, type Answer, type Stage } from '../agreement/ask.ts'
import { among, behind, own } from '../agreement/place.ts'
import { worldAt } from '../agreement/world.ts'
import { ASKERS } from '../suite.ts'

const WORLD = worldAt(NOW)
let stage: Stage
beforeAll(async () => {
  stage = await stageOf(WORLD)
})
afterAll(async () => await stage.close())

/** Built-in terms of one condition: what it is in the filter, and in SQL. */
const TERMS = [
  { term: 'open pipeline', written: 'Open', state: 0 },
  { term: 'Won', written: 'Won', state: 1 },
] as const
const PLACES = [
  own('opportunity'),
  behind('quote', 'opportunityid'),
  among('account', 'opportunity_parent_account', 'any'),
  among('account', 'opportunity_parent_account', 'not any'),
  among('account', 'opportunity_parent_account', 'all'),
]

const cases = TERMS.flatMap((term) =>
  PLACES.flatMap((where) => ['eq', 'ne'].map((operator) => ({ ...term, where, way: where.way, operator }))),
)

test.each(cases)('$way$term $operator is its definition, for everybody and in SQL', async (one) => {
  const { term, written, state, where, operator } = one
  const id = entityNamed(where.entity).primaryIdAttribute
  const filter = where.odata((name) => `${name} ${operator} '${term}'`, 'term')
  const out = where.odata((name) => `${name} ${operator} '${written}'`, 'statecode')
  const isNot = operator === 'ne'
  const not = (name: string) => () => `<condition ${name} operator="${isNot ? 'eq' : 'ne'}" value="${term}"/>`
  const fetchxml = where.fetch(
    { fetchNot: (name) => not(name)() },
    (name) => `<condition ${name} operator="${operator}" value="${term}"/>`,
    'term',
  )
  const sql = where.sql(
    (cell) => (isNot ? `(${cell} <> ${state} or ${cell} is null)` : `${cell} = ${state}`),
    'statecode',
  )
  let found = 0
  for (const person of ASKERS.slice(0, 3)) {
    const ask = async (args: object): Promise<Answer> =>
      await stage.ask(person, { ...args, count: true, top: 5000 }, id)
    const expected = stage.sql(person, sql)
    const answers = [
      await ask({ entity: where.entity, filter, select: [id] }),
      await ask({ entity: where.entity, filter: out, select: [id] }),
      await ask({ fetchxml }),
    ]
    expect(answers).toEqual([expected, expected, expected])
    if ('ids' in expected) found += expected.ids.length
  }
  // No quote of the sandbox is of a deal that is won.
  if (where.sort !== 'behind') expect(found).toBeGreaterThan(0)
})
