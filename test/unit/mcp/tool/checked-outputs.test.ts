import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { toolConfig } from '../../../../shared/mcp/endpoint/tool-config.ts'
import { createTools } from '../../../../shared/mcp/tools.ts'

const TOOLS = createTools({ defaultTop: 50, maxTop: 500 })
const ROWS = [[], [[]], [[1, 'a', null, { id: 'x' }, [['nested']]], [undefined]]]
const NO_ROWS = ['rows', 5, null, undefined, {}, { length: 0 }, [{}], [null], [['a'], 'b'], [[1], undefined]]

const OTHERWISE: readonly Record<string, unknown>[] = [
  {},
  { entity: 5 },
  { returned: 1.5 },
  { columns: [5] },
  { notes: [null] },
  { unknown: true },
]
const FRAME = { entity: 'account', returned: 1, more: false, columns: [{ name: 'name' }], values: { a: { b: 1 } } }

async function isTaken(schema: { '~standard': { validate: (value: unknown) => unknown } }, value: unknown) {
  const { issues } = (await schema['~standard'].validate(value)) as { issues?: readonly unknown[] }
  return issues === undefined || issues.length === 0
}

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s', (_name, tool) => {
  test('what the SDK checks of a result is what the listed schema says, whatever its rows are', async () => {
    const checked = toolConfig(tool).outputSchema
    for (const rows of [...ROWS, ...NO_ROWS]) {
      for (const others of OTHERWISE) {
        const value = { ...FRAME, ...others, rows }
        expect([value, await isTaken(checked, value)]).toEqual([value, await isTaken(tool.output, value)])
      }
    }
  })
})

test('query_crm takes rows, and nothing that is none', async () => {
  const query = TOOLS.find(({ name }) => name === 'query_crm')
  const checked = query && toolConfig(query).outputSchema
  for (const rows of ROWS) expect(checked && (await isTaken(checked, { ...FRAME, rows }))).toBe(true)
  for (const rows of NO_ROWS) expect(checked && (await isTaken(checked, { ...FRAME, rows }))).toBe(false)
})

const Rows = z.array(z.array(z.unknown()))

test.each<[string, z.ZodType]>([
  ['so many rows', Rows.max(1)],
  ['so many cells', z.array(z.array(z.unknown()).length(1))],
  ['rows of some kind', Rows.refine((rows) => rows.length === 1)],
])('a schema that asks for %s is held to it', async (_, rows) => {
  const [query] = TOOLS
  if (!query) throw new Error('no tool')
  const output = z.object({ rows })
  const checked = toolConfig({ ...query, output }).outputSchema
  expect(await isTaken(checked, { rows: [[1]] })).toBe(true)
  expect(await isTaken(checked, { rows: [[1, 2], []] })).toBe(false)
})
