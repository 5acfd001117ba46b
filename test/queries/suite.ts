import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { seed } from '../sandbox/dataverse/seed/seed.ts'
import { keepingLast, type SeedRow } from '../sandbox/dataverse/seed/tools.ts'
import { varietyRows } from '../sandbox/dataverse/seed/variety/variety.ts'
import { PEOPLE } from '../sandbox/people.ts'
import type { Person } from '../sandbox/people.ts'
import type { Harness } from '../unit/sandbox/dataverse/harness.ts'
import { startHarness } from '../unit/sandbox/dataverse/harness.ts'
import type { Json } from './oracle/compare.ts'
import { answeredLines, expectedLines, requestOf } from './oracle/compare.ts'
import type { Oracle } from './oracle/oracle.ts'
import { oracleFor } from './oracle/oracle.ts'
import type { Query } from './query.ts'

/** Those who can ask: the other two are refused whatever they ask. */
export const ASKERS: readonly Person[] = PEOPLE.filter(
  ({ systemUserId, disabled }) => systemUserId !== undefined && !disabled,
)

const allRows = keepingLast((people, now) => [...seed(people, now), ...varietyRows(people, now)])

/** Every row that a Dataverse of these tests holds at a moment. */
export const rowsAt = (now: Date): readonly SeedRow[] => allRows(PEOPLE, now)

type Stage = { readonly harness: Harness; readonly oracle: Oracle; readonly tokens: ReadonlyMap<Person, string> }

async function check(query: Query, person: Person, { harness, oracle, tokens }: Stage): Promise<number> {
  const token = tokens.get(person) ?? ''
  const { status, body } = await harness.get(person.persona, requestOf(query), { token })
  const expected = oracle.answer(person, query.sql)
  if (expected === 'denied') {
    expect([status, body.error.code]).toEqual([403, '0x80040220'])
    return 0
  }
  expect([status, body.error]).toEqual([200, undefined])
  expect(body).not.toHaveProperty(['@odata.nextLink'])
  const lines = expectedLines(query, expected.columns, expected.rows)
  expect(answeredLines(query, expected.columns, body.value as Json[])).toEqual(lines)
  return lines.length
}

/** A Dataverse at a moment, with SQL over the same rows, for the tests of the block that it is called in. */
export function stageAt(now: Date): () => Stage {
  let stage: Stage
  beforeAll(async () => {
    const harness = await startHarness({ now: () => now, rows: varietyRows(PEOPLE, now) })
    const tokens = new Map<Person, string>()
    for (const person of ASKERS) tokens.set(person, await harness.mint(person.persona))
    stage = { harness, oracle: oracleFor(rowsAt(now), PEOPLE, now), tokens }
  })
  afterAll(async () => {
    stage.oracle.close()
    await stage.harness.close()
  })
  return () => stage
}

/** One test for each query: everybody's answer at the moment of the stage is the oracle's. */
export function askEverybody(queries: readonly Query[], stage: () => Stage, mustFind = true): void {
  test.each(queries.map((query) => [query.name, query] as const))('%s', async (_name, query) => {
    let found = 0
    for (const person of ASKERS) found += await check(query, person, stage())
    // A query that nobody's rows answer would prove nothing.
    if (mustFind) expect(found).toBeGreaterThan(0)
  })
}

/** One test for all of these: each query as one person asks it. */
export function askEach(asked: readonly (readonly [query: Query, person: Person])[], stage: () => Stage): void {
  test(`${asked.length} queries of one person each`, async () => {
    for (const [query, person] of asked) {
      await check(query, person, stage()).catch((error: unknown) => {
        throw new Error(`${query.name}, as ${person.name} asks it`, { cause: error })
      })
    }
  })
}
