import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { plainArguments } from '../../../../../shared/mcp/tool/arguments/plain-arguments.ts'

const INPUT = z.object({
  list: z.array(z.string()).optional(),
  number: z.int().default(1),
  flag: z.boolean().default(false),
  text: z.string().optional(),
  word: z.enum(['bars', 'line', 'my-teams', 'a', 'as']).optional(),
  items: z.array(z.object({ list: z.array(z.string()), value: z.string() })).optional(),
  filled: z.string().min(1).optional(),
  some: z.array(z.string()).min(1).optional(),
  emptied: z.string().nullable().optional(),
  nulled: z.string().nullable().optional(),
})

test.each([
  [{ list: 'name' }, { list: ['name'] }],
  [
    { number: ' 5 ', flag: 'TRUE', text: '5' },
    { number: 5, flag: true, text: '5' },
  ],
  [{ list: null, text: null }, {}],
  [{ text: 5 }, { text: '5' }],
  [{ items: [{ list: 'a', value: 1.5 }] }, { items: [{ list: ['a'], value: '1.5' }] }],
  [{ word: 'Bar' }, { word: 'bars' }],
  [{ word: 'lines' }, { word: 'line' }],
  [{ word: 'My team' }, { word: 'my-teams' }],
  // Filled in with nothing, where null is no value.
  [{ filled: '', some: [], word: ' ', number: '', flag: '' }, {}],
  [{ text: '', list: [], items: [] }, {}],
  [
    { emptied: '', nulled: null, items: [{ list: [], value: '' }] },
    { emptied: '', nulled: null, items: [{ list: [], value: '' }] },
  ],
  [{ some: [''] }, { some: [''] }],
  [undefined, {}],
  // What is not plain stays, to be refused.
  [
    { list: '["name"]', number: '5.5', flag: 'yes' },
    { list: '["name"]', number: '5.5', flag: 'yes' },
  ],
  // Two words are as near as each other, unless it is one of them.
  [{ word: 'As' }, { word: 'as' }],
  [{ word: 'A-s-s' }, { word: 'A-s-s' }],
  [{ word: 'pie' }, { word: 'pie' }],
  [
    { unknown: '5', constructor: '1' },
    { unknown: '5', constructor: '1' },
  ],
  [[1], [1]],
  ['text', 'text'],
])('%j becomes %j', (args, plain) => expect(plainArguments(INPUT, args)).toEqual(plain))

test('an empty text where one must stand is refused', () => {
  const needed = z.object({ name: z.string().min(1) })
  expect(plainArguments(needed, { name: '' })).toEqual({ name: '' })
})
