import { beforeAll, describe, expect, test } from '@jest/globals'
import { COMPILED, FAULTS, TYPED, TYPESCRIPT } from '../../../../infra/lint/rules.ts'
import * as bad from './bad-examples.ts'
import { lintSnippets, type Snippet } from './lint-snippets.ts'

const REGEXP = ['regexp/no-super-linear-backtracking', 'regexp/no-super-linear-move']
/** kind, examples, where they stand */
const KINDS: readonly [string, Readonly<Record<string, string>>, string][] = [
  ['ts', bad.FAULTY, 'shared/grants/types.ts'],
  ['typed', bad.TYPED, 'shared/grants/types.ts'],
  ['js', bad.COMPILED, 'infra/hooks/officer.mjs'],
  ['unreadable', bad.UNREADABLE, 'infra/hooks/officer.mjs'],
]
const ROWS = KINDS.flatMap(([kind, examples, file]) =>
  Object.entries(examples).map(([rule, code]) => ({
    kind,
    rule,
    snippet: { file, code },
  })),
)

let found: ReadonlyMap<Snippet, readonly string[]>
beforeAll(async () => {
  const snippets = ROWS.map(({ snippet }) => snippet)
  const verdicts = await lintSnippets(snippets, true)
  found = new Map(snippets.map((snippet, at) => [snippet, verdicts[at] ?? []]))
}, 60_000)

describe('a rule is there while it finds its example', () => {
  test.each(ROWS.map((row) => [row.rule, row.kind, row.snippet] as const))('%s, %s', (rule, kind, snippet) => {
    const wanted = rule.includes('/') ? rule : `eslint/${rule}`
    expect(found.get(snippet)).toContain(kind === 'unreadable' ? 'parse' : wanted)
  })
  test('each has an example', () => {
    expect(Object.keys(bad.FAULTY).toSorted()).toEqual([...FAULTS, ...TYPESCRIPT, ...REGEXP].toSorted())
    expect(Object.keys(bad.TYPED).toSorted()).toEqual(TYPED.toSorted())
    expect(Object.keys(bad.COMPILED).toSorted()).toEqual(COMPILED.toSorted())
  })
})
