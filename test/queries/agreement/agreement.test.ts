import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { generatedCases } from './generated.ts'
import { countOf } from './differences.ts'
import { worldAt } from './world.ts'
import { writtenCases } from './written/all.ts'
import { dateCases } from './written/dates.ts'
import { lookupCases } from './written/lookups.ts'
import { textCases } from './written/texts.ts'
import { valueCases } from './written/values.ts'
test('count', () => {
  const world = worldAt(NOW)
  const t = Date.now()
  const out: string[] = []
  for (const [n, f] of Object.entries({ dateCases, lookupCases, textCases, valueCases, writtenCases, generated: (w: typeof world) => generatedCases(w, 1600) })) { const c = f(world); out.push(`${n} ${c.length} ${c.reduce((s, o) => s + countOf(o), 0)} kinds ${new Set(c.map((o) => o.kind)).size} ${Date.now() - t}`) }
  out.push(...generatedCases(world, 1600).filter((_, i) => i % 20 === 0).map((c) => `${c.key}   ${c.kind}`))
  writeFileSync('/tmp/eyes/agree/counts.txt', out.join('\n'))
  expect(1).toBe(1)
})
