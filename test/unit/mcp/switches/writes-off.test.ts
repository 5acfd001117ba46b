import { describe, expect, test } from '@jest/globals'
import { switchesOf } from '../../../../shared/grants/switches/current-switches.ts'
import { ALL_ON, offFor, refusalOf } from '../../../../shared/mcp/switches/off.ts'
import { createTools } from '../../../../shared/mcp/tools.ts'
import { caller } from '../support/harness.ts'

const READING = createTools({ defaultTop: 50, maxTop: 500 })
const WRITING = ['preview_change', 'create_record', 'update_record'].map((name) => ({ name, ofWrites: true }) as const)
const offBy = (...rows: readonly (readonly [kind: string, row: string])[]) =>
  offFor(
    switchesOf(
      rows.map(([kind, row]) => ({ kind, row })),
      (id) => id,
    ),
    caller('priya'),
  )

describe('with writes off', () => {
  const off = offBy(['writes', 'writes'])

  test('each tool that writes is off, and none that reads', () => {
    expect(WRITING.filter((tool) => !off.isToolOff(tool))).toEqual([])
    expect(READING.filter((tool) => off.isToolOff(tool))).toEqual([])
    expect(off.whole).toBeUndefined()
  })

  test('who calls one is told so, and that nothing else is gone', () => {
    for (const tool of WRITING) {
      const { code, text, nextStep } = refusalOf(tool, off)
      expect(code).toBe('switched_off')
      expect(text).toMatch(/^An administrator has switched off writing/)
      expect(nextStep).toContain('Reading goes on')
    }
  })
})

test.each([[['tool', 'writes']], [['writes', 'create_record']], [['registration', 'registration']]] as const)(
  'a row %j does not switch writes off',
  (row) => {
    const off = offBy(row)
    expect(WRITING.filter((tool) => off.isToolOff(tool))).toEqual([])
  },
)

test('one tool that writes can be off by itself, and is named', () => {
  const off = offBy(['tool', 'create_record'])
  expect(WRITING.filter((tool) => off.isToolOff(tool)).map(({ name }) => name)).toEqual(['create_record'])
  expect(refusalOf(WRITING[1]!, off).text).toContain('create_record')
  expect(ALL_ON.isToolOff(WRITING[1]!)).toBe(false)
})
