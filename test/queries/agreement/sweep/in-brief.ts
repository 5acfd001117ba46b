import { expect, test } from '@jest/globals'

import type { Person } from '../../../sandbox/people.ts'
import { NOW } from '../../../unit/sandbox/dataverse/harness.ts'
import { ASKERS } from '../../suite.ts'
import type { Case } from '../place.ts'
import { hashOf, inBrief, runAt, summary, toldOf } from '../run.ts'
import { worldAt, type World } from '../world.ts'

/** One of so many, the same ones each time. */
export const oneOf = (count: number, cases: readonly Case[]): Case[] =>
  cases.filter(({ key }) => Math.floor(hashOf(key) / 8) % count === 0)

/** One person asks at one clock, in one spelling of either language: the sweep asks the rest. */
export function agreeInBrief(what: string, casesOf: (world: World) => readonly Case[]): void {
  test(`OData, FetchXML and SQL agree on ${what}`, async () => {
    const [rep] = ASKERS as readonly [Person]
    const world = worldAt(NOW)
    const run = await runAt(world, casesOf(world).map(inBrief), () => rep)
    expect(run.conditions).toBeGreaterThan(0)
    expect([summary(run, what), toldOf(run)]).toEqual([expect.any(String), []])
  }, 600_000)
}
