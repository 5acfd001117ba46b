import type { Column, Entity, Table } from '../../../../metadata/model.ts'
import { isOneOf, oneOf, test, type Meaning } from '../../../model/meaning.ts'
import { wordFor } from '../../../say/notation.ts'
import { invalidValue, quoted } from '../../../say/refusals.ts'
import type { Asked, ValueContext } from '../asked.ts'
import { textPattern } from '../text.ts'
import { findIn, idsNamed, MOST_NAMED, tooManyNames } from './find-named.ts'
import { bareGuid, whoOf, type Who } from './who.ts'

/** Every target costs Dataverse a join. */
const MOST_JOINS = 4
/** The table behind an owner, which holds users and teams alike. */
const PRINCIPAL = 'owner'
const NOBODY = '00000000-0000-0000-0000-000000000000'
const WHO: Readonly<Record<Who, string>> = {
  'eq-userid': 'the person who asks',
  'eq-userteams': 'the teams of the person who asks',
  'eq-useroruserteams': 'the person who asks and their teams',
}

/** An id or a lookup: compared with ids, with the person who asks, or with what the row is called. */
export async function referenceMeaning(asked: Asked, context: ValueContext): Promise<Meaning> {
  const { operator, values } = asked
  if (operator.takes === 'text') return await likeName(asked, context)
  const parts = await Promise.all(values.map((value) => partOf(value, asked, context)))
  if (operator.takes === 'id') return test(operator.name, onlyId(parts, asked, context))
  const ids = parts.flatMap((part) => part.ids ?? [])
  const others = parts.flatMap((part) => part.other ?? [])
  return oneOf([...(ids.length > 0 ? [isOneOf(ids)] : []), ...others])
}

/** The parties of an activity, by id, name or address; `like` by name or address. */
export function partyMeaning(asked: Asked, context: ValueContext): Meaning {
  const { operator, values } = asked
  if (operator.takes === 'text') return { kind: 'party', operator: 'like', values: [textPattern(asked, context)] }
  const { systemUserId } = context.person
  const read = values.map((value) => (whoOf(value, ['systemuser']) ? systemUserId : (bareGuid(value) ?? value.trim())))
  return { kind: 'party', operator: read.length === 1 ? 'eq' : 'in', values: read }
}

/** Ids; else a word for people, or a name that can only be compared behind the lookup. */
type Part = { readonly ids?: readonly string[]; readonly other?: Meaning }

async function partOf(written: string, asked: Asked, context: ValueContext): Promise<Part> {
  const id = bareGuid(written)
  if (id !== undefined) return { ids: [id] }
  const names = targetsOf(asked.table, asked.column)
  const who = whoOf(written, names)
  if (who !== undefined) {
    const never = who === 'eq-userteams' && !names.includes('team') ? `; ${asked.column.name} never is a team` : ''
    context.note(`In ${quoted(asked.written)}, ${quoted(written.trim())} was read as ${WHO[who]}${never}.`)
    return { other: test(who) }
  }
  const targets = await entitiesOf(names, context)
  if (targets.length === 0) throw onlyById(written, asked)
  const ids = await idsNamed(written.trim(), targets, asked, context)
  return ids ? { ids } : { other: { kind: 'name', operator: 'eq', values: [written.trim()] } }
}

/** Logical names of the entities that a column may refer to. */
function targetsOf(table: Table, column: Column): readonly string[] {
  if (column.name === table.entity.idColumn) return [table.entity.name]
  if (column.type === 'Owner') return ['systemuser', 'team']
  const ways = table.navigations.filter((way) => way.column === column.name && way.target !== PRINCIPAL)
  return [...new Set(ways.map(({ target }) => target))]
}

async function entitiesOf(names: readonly string[], { entityNamed }: ValueContext): Promise<Entity[]> {
  const found = await Promise.all(names.map((name) => entityNamed(name)))
  return found.filter((entity) => entity !== undefined)
}

function onlyById(written: string, { column, say }: Asked): Error {
  return invalidValue(
    `${column.name} can only be compared with an id, and ${quoted(written)} is none.`,
    `Find the id first; then write: ${say({ operator: 'eq', values: [NOBODY] })}.`,
  )
}

/** The row of a hierarchy. */
function onlyId([part]: readonly Part[], { operator, values, say }: Asked, context: ValueContext): string {
  const { other, ids = [] } = part ?? {}
  if (other?.kind === 'test' && other.operator === 'eq-userid') return context.person.systemUserId.toLowerCase()
  const [id, ...more] = ids
  if (id !== undefined && more.length === 0) return id
  throw invalidValue(
    `${wordFor(operator.name, context.notation)} takes one row, and ${quoted(values[0] ?? '')} is not one.`,
    `Write an id: ${say({ values: [NOBODY] })}.`,
  )
}

/** The names behind a lookup are compared there; where that takes too many joins, by the ids of the rows. */
async function likeName(asked: Asked, context: ValueContext): Promise<Meaning> {
  const pattern = textPattern(asked, context)
  const names = targetsOf(asked.table, asked.column)
  if (names.length <= MOST_JOINS) return { kind: 'name', operator: 'like', values: [pattern] }
  const [written = ''] = asked.values
  const found = await findIn(await entitiesOf(names, context), pattern, 'like', MOST_NAMED, context)
  if (!found) throw onlyById(written, asked)
  if (found.length > MOST_NAMED) throw tooManyNames(written, asked.column.name)
  return found.length === 0 ? test('eq', NOBODY) : isOneOf(found.map(({ id }) => id))
}
