import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { REFUSAL_CODES } from '../../../shared/dataverse/refusal-codes.ts'

const ROOT = join(import.meta.dirname, '../../../shared')
const TABLE = 'refusal-codes.ts'
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith(TABLE))
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
const codes = Object.keys(REFUSAL_CODES)

/** What stands first in each refusal: a code, or a variable that holds one. */
const thrown = sources.flatMap((text) =>
  [...text.matchAll(/new QueryError\(\s*(?:'([^']*)'|[\w.]+)/g)].flatMap(([, code]) => code ?? []),
)

describe('the codes of refusals', () => {
  test.each(codes)('%s is thrown somewhere', (code) => {
    expect(sources.some((text) => text.includes(`'${code}'`))).toBe(true)
  })

  test('all that are thrown are in the table', () => {
    expect(thrown.length).toBeGreaterThan(40)
    expect([...new Set(thrown)].filter((code) => !codes.includes(code))).toEqual([])
  })

  test('are in the order of the alphabet, each said in words of its own', () => {
    expect(codes).toEqual(codes.toSorted())
    const sentences = Object.values(REFUSAL_CODES)
    expect(new Set(sentences).size).toBe(sentences.length)
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Za-z][^.]{9,}[^.]$/)
  })
})
