import type { Person } from '../../sandbox/people.ts'
import { covering } from '../covering.ts'
import type { Json } from '../oracle/compare.ts'
import { ASKERS } from '../suite.ts'
import { askTheTool, EXPRESSIBLE } from './tool.ts'

/** Tables, columns, operators and functions, without what they are compared with. */
function wordsOf(args: Json): readonly string[] {
  const text = JSON.stringify(args).replaceAll(/'[^']*'|value=\\"[^"]*\\"/g, '')
  return [...new Set(text.match(/[a-z_][\w-]+/gi))]
}

const all = EXPRESSIBLE.flatMap(([name, , args], at) =>
  ASKERS.map((_person, which) => ({ name, args, person: ASKERS[(which + at) % ASKERS.length] as Person })),
)

/** Each question of somebody, and each word that a question has of everybody. */
const asked = Map.groupBy(
  covering(all, ({ name, args, person }) => [name, ...wordsOf(args).map((word) => `${word} of ${person.persona}`)]),
  ({ name }) => name,
)

// In the order in which all are: the last of them turns the pages.
askTheTool((name) => ASKERS.filter((one) => asked.get(name)?.some(({ person }) => person === one)))
