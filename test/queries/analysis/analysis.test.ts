import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { ASKERS } from '../suite.ts'
import { CLOCKS } from '../clocks/clocks.ts'
import { asked, differencesOf, WAYS } from './check.ts'
import { caseOf } from './generated.ts'
import { stageAt, type Stage } from './stage.ts'

const CASES = Array.from({ length: Number(process.env['ANALYSES'] ?? 60) }, (_, seed) => seed)
const [, now = ''] = CLOCKS[7] ?? []

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(new Date(now))
})
afterAll(() => stage.close())

describe.each(['aggregate', 'rows'] as const)('by %s', (way) => {
  test.each(ASKERS.map((person) => [person.persona, person] as const))(
    'of a %s, as SQL has it',
    async (_who, person) => {
      const differing: string[] = []
      for (const seed of CASES) {
        const one = caseOf(seed)
        const { outcome } = await asked(one, person, stage, way).catch((error: unknown) => {
          throw new Error(one.key, { cause: error })
        })
        const found = differencesOf(one, outcome, person, stage)
        if (found.length > 0) differing.push(`${one.key}\n   ${found.slice(0, 4).join('\n   ')}`)
      }
      expect(differing).toEqual([])
      expect(Object.keys(WAYS)).toContain(way)
    },
  )
})
