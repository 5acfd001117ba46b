import { describe, expect, test } from '@jest/globals'
import { inhabitants, markedRows } from './people.ts'
import { foreignMarks } from './questions.ts'

const [ann, bob] = inhabitants(2)
if (!ann || !bob) throw new Error('two people were asked for')

test('everybody owns rows of their own, and nobody else does', () => {
  const rows = markedRows(2, new Date('2026-03-01T00:00:00Z'))
  const owners = new Map(rows.map(({ values }) => [values.name, values.ownerid]))
  expect(rows).toHaveLength(ann.rows.length + bob.rows.length)
  expect(new Set(rows.map(({ values }) => values.accountid)).size).toBe(rows.length)
  for (const { name } of bob.rows) expect(owners.get(name)).not.toEqual(owners.get(ann.rows[0]?.name ?? ''))
})

describe('what is marked as another’s is found anywhere in an answer', () => {
  test.each<[string, string, string[]]>([
    ['own rows', `{"name":"${ann.rows[0]?.name}","owner":"${ann.name}"}`, []],
    ['a foreign row', `{"name":"${bob.rows[0]?.name}"}`, ['Chaos 02']],
    ['a foreign name in an error', `{"isError":true,"text":"${bob.name} owns it"}`, ['Chaos Person 02']],
    ['nothing of anybody', '{"rows":[]}', []],
  ])('%s', (_, text, marks) => {
    expect(foreignMarks(ann, text)).toEqual(marks)
  })
})
