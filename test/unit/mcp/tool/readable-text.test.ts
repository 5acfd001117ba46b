import { expect, test } from '@jest/globals'

import { readableText } from '../../../../shared/mcp/tool/result.ts'

test.each([
  ['few short rows', 5, 1],
  ['many short rows', 50, 1],
  ['rows too wide for all that a table may have', 50, 8],
])('a text says how many rows it leaves out: %s', (_what, count, columns) => {
  const row = Object.fromEntries(Array.from({ length: columns }, (_, at) => [`column ${at}`, 'x'.repeat(60)]))
  const text = readableText(
    'Heading',
    Array.from({ length: count }, () => row),
    [],
  )
  const shown = text.split('\n').filter((line) => line.startsWith('| ')).length - 2
  const left = Number(/\((\d+) more rows in the structured result\)/.exec(text)?.[1] ?? 0)
  expect(shown).toBeGreaterThan(0)
  expect(shown + left).toBe(count)
})
