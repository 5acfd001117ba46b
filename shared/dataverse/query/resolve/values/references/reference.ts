import { keptName } from '../../../../hiding/refusals.ts'
import type { Column, Entity, Table } from '../../../../metadata/model.ts'
import { isOneOf, oneOf, test, type Meaning } from '../../../model/meaning.ts'
import { wordFor } from '../../../say/notation.ts'
import { invalidValue, quoted } from '../../../say/refusals.ts'
import { readGuid } from '../../../../records/record-key.ts'
import { plainReference } from '../../../../records/record-reference.ts'
import { navigationsOf } from '../../joins/find-navigation.ts'
import { textPattern, type Asked, type ValueContext } from '../asked.ts'
import { findIn, idsNamed, MOST_NAMED, tooManyNames } from './find-named.ts'
import { whoOf, type Who } from './who.ts'

/** Every target costs Dataverse a join. */
const MOST_JOINS = 4
const ACTIVITIES = 'activitypointer'
const NOBODY = '00000000-0000-0000-0000-000000000000'

const ID = /^(?:guid)?['"{( ]{0,3}([\da-f-]{32,36})['"}) ]{0,3}$/i
const MOST_TARGETS = 6

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
export async function partyMeaning(asked: Asked, context: ValueContext): Promise<Meaning> {
  const { operator, values, column, say } = asked
  if (operator.takes === 'text') return { kind: 'party', operator: 'like', values: [textPattern(asked, context)] }
  const read = values.map(async (value) => {
    const who = whoOf(value, ['systemuser'])
    if (who === undefined) return (await idOf(value, [], asked, context)) ?? value.trim()
    if (who === 'eq-userid') return context.person.systemUserId
    throw invalidValue(
      `${column.name} is compared with one party each: a person, an address or an id, and ${quoted(value)} is none.`,
      `Write: ${say({ values: ['me'] })}.`,
    )
  })
  const parties = await Promise.all(read)
  return oneOf(parties.map((value) => ({ kind: 'party', operator: 'eq', values: [value] })))
}

/** Ids; else a word for people, or a name that can only be compared behind the lookup. */
type Part = { readonly ids?: readonly string[]; readonly other?: Meaning }

async function partOf(written: string, asked: Asked, context: ValueContext): Promise<Part> {
  const names = targetsOf(asked.table, asked.column)
  const id = await idOf(written, names, asked, context)
  if (id !== undefined) return { ids: [id] }
  const who = whoOf(written, names)
  if (who !== undefined) {
    sayWho(written, who, names.includes('team'), asked.column, context)
    return { other: test(who) }
  }
  if (asked.column.unnamed) throw keptName(asked.column.name, asked.table.entity.name)
  const targets = await entitiesOf(names, context)
  if (targets.length === 0) throw onlyById(written, asked)
  const ids = await idsNamed(written.trim(), targets, asked, context)
  return ids ? { ids } : { other: { kind: 'name', operator: 'eq', values: [written.trim()] } }
}

/**
 * The id that was written, alone or as search gives it, `account/…`; `undefined` for what may be a name.
 * @param targets logical names of the entities whose ids these may be; none where that is not known
 * @throws QueryError `invalid_value` for the id of another entity, which is no row that the column can hold
 */
async function idOf(
  written: string,
  targets: readonly string[],
  { table, column, say }: Asked,
  { entityNamed }: ValueContext,
): Promise<string | undefined> {
  const bare = bareGuid(written)
  const reference = bare === undefined ? plainReference(written) : undefined
  if (reference === undefined || reference.id === 'me') return bare
  const entity = await entityNamed(reference.entity)
  const isActivity = entity?.kind === 'activity' && (targets.includes(ACTIVITIES) || table.entity.kind === 'activity')
  const isOwnActivity = isActivity && (entity.name === ACTIVITIES || targets.includes(ACTIVITIES))
  if (entity && (targets.length === 0 || targets.includes(entity.name) || isOwnActivity)) return reference.id
  const of = entity ? `is one of ${entity.name}` : 'names no entity that there is'
  const known = targets.length > 0 ? targets.slice(0, MOST_TARGETS).join(', ') : 'other entities'
  const more = targets.length > MOST_TARGETS ? ` and ${targets.length - MOST_TARGETS} more` : ''
  throw invalidValue(
    `${column.name} holds ids of ${known}${more}, and ${quoted(written)} ${of}.`,
    `Write the id of such a row: ${say({ values: [NOBODY] })}.`,
  )
}

/** Where teams own as well, "mine" may be theirs. */
function sayWho(written: string, who: Who, isOfTeams: boolean, { name }: Column, { note }: ValueContext): void {
  const read = `${quoted(written.trim())} of ${name} was read as`
  if (who === 'eq-userid' && isOfTeams) note(`${read} the person who asks, without their teams.`)
  if (who === 'eq-userteams' && !isOfTeams) note(`${read} teams of the person who asks, which ${name} never is.`)
}

/** Logical names of the entities that a column may refer to. */
function targetsOf(table: Table, column: Column): readonly string[] {
  if (column.name === table.entity.idColumn) return [table.entity.name]
  if (column.type === 'Owner') return ['systemuser', 'team']
  return [...new Set(navigationsOf(table, column).map(({ target }) => target))]
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
  if (asked.column.unnamed) throw keptName(asked.column.name, asked.table.entity.name)
  const pattern = textPattern(asked, context)
  const names = targetsOf(asked.table, asked.column)
  if (names.length <= MOST_JOINS) return { kind: 'name', operator: 'like', values: [pattern] }
  const [written = ''] = asked.values
  const found = await findIn(await entitiesOf(names, context), pattern, 'like', MOST_NAMED, context)
  if (!found) throw onlyById(written, asked)
  if (found.length > MOST_NAMED) throw tooManyNames(written, asked.column.name)
  return found.length === 0 ? test('eq', NOBODY) : isOneOf(found.map(({ id }) => id))
}

/** A bare id in lower case with hyphens, without what people put around one; undefined for anything else. */
export function bareGuid(text: string): string | undefined {
  return readGuid(ID.exec(text.trim())?.[1] ?? '')
}
