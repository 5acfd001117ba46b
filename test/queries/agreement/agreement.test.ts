import { expect, test } from '@jest/globals'

import type { Person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { ASKERS } from '../suite.ts'
import { generatedCases, SEED } from './generated.ts'
import type { Case } from './place.ts'
import { hashOf, inBrief, runAt, summary, unknownOf } from './run.ts'
import { worldAt, type World } from './world.ts'
import { dateCases } from './written/dates.ts'
import { lookupCases } from './written/lookups.ts'
import { otherCases } from './written/others.ts'
import { textCases } from './written/texts.ts'
import { valueCases } from './written/values.ts'

/** One of so many, the same ones each time. */
const oneOf = (count: number, cases: readonly Case[]): Case[] =>
  cases.filter(({ key }) => Math.floor(hashOf(key) / 8) % count === 0)

const WORLD = worldAt(NOW)
const [REP] = ASKERS as readonly [Person]

/** The sweep asks all of them, in every spelling, of everybody and at every clock. */
test.each<readonly [what: string, cases: (world: World) => readonly Case[]]>([
  ['numbers, choices and types', valueCases],
  ['people and other rows', lookupCases],
  ['texts', (world) => oneOf(3, textCases(world))],
  ['dates', (world) => oneOf(8, dateCases(world))],
  ['conditions with words of their own', () => otherCases],
  [`conditions drawn by AGREEMENT_SEED=${SEED}`, (world) => generatedCases(world, 60)],
])('OData, FetchXML and SQL agree on %s', async (what, casesOf) => {
  const cases = casesOf(WORLD).map(inBrief)
  const run = await runAt(WORLD, cases, () => REP)
  expect(cases.length).toBeGreaterThan(0)
  expect([summary(run, what), unknownOf(run)]).toEqual([expect.any(String), []])
})
