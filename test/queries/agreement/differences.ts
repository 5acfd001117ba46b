import type { Person } from '../../sandbox/people.ts'
import { isHidden } from '../oracle/oracle-tables.ts'
import type { Answer, Stage } from './ask.ts'
import type { Case } from './place.ts'

/** One way of asking that gives other rows than it means. */
export type Difference = { readonly kind: string; readonly key: string; readonly said: string }

const tell = (answer: Answer): string => ('ids' in answer ? `${answer.ids.length} rows` : answer.refused.slice(0, 200))

function same(asked: Answer, wanted: Answer): boolean {
  if (!('ids' in asked) || !('ids' in wanted)) return 'ids' in asked === 'ids' in wanted
  return asked.ids.length === wanted.ids.length && asked.ids.every((id, index) => id === wanted.ids[index])
}

type Asked = { readonly name: string; readonly text: string; readonly args: Readonly<Record<string, unknown>> }

function spellings({ entity, id, odata, fetch }: Case): readonly Asked[] {
  return [
    ...odata.map(([how, filter]) => ({ name: `OData ${how}`, text: filter, args: { entity, filter, select: [id] } })),
    ...fetch.map(([how, fetchxml]) => ({ name: `FetchXML ${how}`, text: fetchxml, args: { fetchxml } })),
  ]
}

/** What SQL says; undefined where the meaning is open to this person, so that the first answer is as good as any. */
function wantedBy(person: Person, { sql, names }: Case, stage: Stage): Answer | undefined {
  if (sql === undefined) return { refused: 'a refusal' }
  if (isHidden(sql, person)) return { refused: 'hidden_column' }
  const isOpen = names?.every((query) => {
    const found = stage.sql(person, query)
    return !('ids' in found) || found.ids.length === 0
  })
  return isOpen === true ? undefined : stage.sql(person, sql)
}

/** Asks in every spelling of both languages and holds each answer against SQL's, so that they agree with one another. */
export async function differencesOf(one: Case, person: Person, stage: Stage): Promise<readonly Difference[]> {
  let wanted = wantedBy(person, one, stage)
  const isOpen = wanted === undefined
  const found: Difference[] = []
  for (const { name, text, args } of spellings(one)) {
    const answer = await stage.ask(person, { ...args, count: true, top: 5000 }, one.id)
    wanted ??= answer
    if (same(answer, wanted)) continue
    const told = `${tell(answer)}, ${isOpen ? 'the first spelling' : 'SQL'} ${tell(wanted)}`
    found.push({
      kind: `${one.kind} | ${name.split(' ', 1).join()}`,
      key: `${one.key} | ${name}`,
      said: `${told}, to the ${person.persona}: ${text}`,
    })
  }
  return found
}

export const countOf = ({ odata, fetch }: Case): number => odata.length + fetch.length
