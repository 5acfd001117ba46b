import { DataverseError, QueryError } from '../../../../dataverse/errors.ts'
import { KEPT_CODE } from '../../../../dataverse/hiding/refusals.ts'
import type { Entity } from '../../../../dataverse/metadata/model.ts'
import { quoted } from '../../../../dataverse/query/say/refusals.ts'
import { findIn, nearTo } from '../../../../dataverse/query/resolve/values/references/find-named.ts'
import { bareGuid } from '../../../../dataverse/query/resolve/values/references/reference.ts'
import { folded } from '../../../../dataverse/query/to-wire/like-pattern.ts'
import { findReference, formatReference, readId } from '../../../../dataverse/records/record-reference.ts'
import { plainLine } from '../../../tool/plain-text.ts'
import type { ToolContext } from '../../../tool/tool.ts'

export type Subject = { readonly entity: Entity; readonly id: string }

/** Which record, in which words, and what else is asked of it: a next step says all of that again. */
export type AskedSubject = { readonly of: string; readonly entity: string | undefined; readonly beside: object }

/** Tables whose rows people ask about by name alone. */
const USUAL = ['account', 'contact', 'opportunity', 'incident', 'lead']
const MOST_OF_ONE_NAME = 5
const LONGEST_NAME = 80
/** Whose names are looked for where none of those is called so. */
const USERS = 'systemuser'

type Named = { readonly id: string; readonly name: string; readonly entity: Entity }

/**
 * The record that is meant: by its id or a link, else by what it is called among the rows that the person may read.
 * @throws QueryError `invalid_id`, `invalid_arguments`, `foreign_link`, `several_records` with candidates, `not_found`
 */
export async function findSubject({ of, entity, beside }: AskedSubject, context: ToolContext): Promise<Subject> {
  const { metadata, dataverseUrl, caller } = context
  const only = entity === undefined ? undefined : await metadata.entity(entity)
  const reference = findReference(of, dataverseUrl)
  const named = reference === undefined ? undefined : await metadata.entity(reference.entity)
  if (named && only && named.name !== only.name) throw contradiction(only, named)
  if (isSelf(of) && (only?.name ?? USERS) === USERS)
    return { entity: await metadata.entity(USERS), id: caller.systemUserId.toLowerCase() }
  const table = named ?? only
  const bare = reference?.id ?? bareGuid(of)
  if (bare === undefined) return await findNamed({ name: of.trim(), only: table, beside }, context)
  const id = table && readId(bare, table, caller.systemUserId)
  if (table && id !== undefined) return { entity: table, id: id.toLowerCase() }
  throw new QueryError(
    'invalid_id',
    table ? `"me" stands for a user; it is no id of ${table.name}.` : 'An id alone does not say of which entity it is.',
    table
      ? `For what you took part in pass ${callOf('systemuser/me', beside)}, else the id of the record that is meant.`
      : `Pass the entity before the id: ${callOf(`account/${bare}`, beside)}.`,
  )
}

function isSelf(of: string): boolean {
  return of.trim().toLowerCase() === 'me'
}

function callOf(of: string, beside: object): string {
  return JSON.stringify({ of, ...beside })
}

type AskedName = { readonly name: string; readonly only: Entity | undefined; readonly beside: object }

async function findNamed({ name, only, beside }: AskedName, context: ToolContext): Promise<Subject> {
  if (name === '') {
    const step = `Pass the id of a record as search gives it, a link to it, or its name: ${callOf('Adventure Works', beside)}.`
    throw new QueryError('invalid_arguments', 'Neither of nor cursor says which record is meant.', step)
  }
  const { byName } = await context.metadata.entities()
  const targets = only ? [only] : USUAL.flatMap((one) => byName.get(one) ?? [])
  const users = only ? [] : [byName.get(USERS)].flatMap((one) => one ?? [])
  const usual = await rowsCalled(name, 'eq', targets, context)
  const found = usual.length > 0 || users.length === 0 ? usual : await rowsCalled(name, 'eq', users, context)
  const exact = found.filter((row) => folded(row.name.trim()) === folded(name))
  const [row, ...others] = exact.length > 0 ? exact : found
  if (!row) throw await nothingCalled({ name, targets, beside }, context)
  if (others.length > 0) throw severalCalled(name, [row, ...others], beside)
  return { entity: row.entity, id: row.id }
}

/** A table that models may not ask by name, or the person not at all, has none. */
async function rowsCalled(
  text: string,
  how: 'eq' | 'like',
  targets: readonly Entity[],
  { namedRows: rows, metadata }: ToolContext,
): Promise<readonly Named[]> {
  const tableOf = async (entity: string) => await metadata.table(await metadata.entity(entity))
  const found = await Promise.all(
    targets.map(async (entity) => {
      try {
        return (await findIn([entity], text, how, MOST_OF_ONE_NAME, { rows, tableOf })) ?? []
      } catch (error) {
        const isKept = error instanceof QueryError || error instanceof DataverseError
        if (isKept && error.code === KEPT_CODE && targets.length > 1) return []
        throw error
      }
    }),
  )
  return found.flat()
}

function severalCalled(name: string, rows: readonly Named[], beside: object): QueryError {
  const more = rows.length > MOST_OF_ONE_NAME ? ' and more' : ''
  return new QueryError(
    'several_records',
    `Several records that you may see go by ${quoted(name)}.`,
    `Ask the person which one is meant, and call again with its id: ${choices(rows, beside)}${more}. ${apart(rows)}`,
  )
}

/** Names that are the same tell nobody which one is meant. */
function apart([first, ...others]: readonly Named[]): string {
  if (!first) return ''
  const same = [first, ...others].slice(0, MOST_OF_ONE_NAME).filter(({ entity }) => entity.name === first.entity.name)
  if (same.length === 1) return ''
  const { name: entity, idColumn } = first.entity
  const filter = `${idColumn} in (${same.map(({ id }) => id).join(',')})`
  return `How they differ: query_crm ${JSON.stringify({ entity, filter })}.`
}

function choices(rows: readonly Named[], beside: object): string {
  return rows
    .slice(0, MOST_OF_ONE_NAME)
    .map((row) => {
      const of = formatReference({ entity: row.entity.name, id: row.id })
      return `${callOf(of, beside)} (${row.entity.label ?? row.entity.name} ${JSON.stringify(plainLine(row.name, LONGEST_NAME))})`
    })
    .join('; ')
}

type Missed = { readonly name: string; readonly targets: readonly Entity[]; readonly beside: object }

async function nothingCalled({ name, targets, beside }: Missed, context: ToolContext): Promise<QueryError> {
  const near = await nearTo(name, async (part) => await rowsCalled(part, 'like', targets, context))
  const tables = targets.map(({ name: table }) => table).join(', ')
  return new QueryError(
    'not_found',
    `No ${tables} that you may see is called ${quoted(name)}.`,
    near.length > 0
      ? `Did you mean: ${choices(near, beside)}?`
      : `Look for it with search ${JSON.stringify({ query: name.slice(0, LONGEST_NAME) })}, and pass an id that it gives.`,
  )
}

function contradiction({ name }: Entity, { name: other }: Entity): QueryError {
  return new QueryError(
    'invalid_arguments',
    `The argument entity says ${name}, and of leads to a record of ${other}.`,
    `Leave entity out, or pass "entity":"${other}".`,
  )
}
