import { QueryError } from '../../dataverse/errors.ts'
import type { Entity } from '../../dataverse/metadata/model.ts'
import type { RefusalCode } from '../../dataverse/refusal-codes.ts'
import { readGuid } from '../../dataverse/records/record-key.ts'
import { visible } from '../../dataverse/records/visible-text.ts'
import { nearNamed } from './near-named.ts'
import { isText } from './read-saved.ts'

/** What has a name that others may have too, and an id that is its own. */
export type Named = {
  readonly id: string
  readonly name: string
  /** Logical name of its table, where it is of one. */
  readonly entity?: string | undefined
  readonly isOwn: boolean
}

/** What is picked, and how it is spoken of. */
export type Kind = {
  readonly noun: string
  /** The argument that names one. */
  readonly argument: 'view' | 'chart' | 'dashboard'
  /** Slug of the report that lists them. */
  readonly listed: string
  readonly codes: { readonly unknown: RefusalCode; readonly ambiguous: RefusalCode }
}

const MOST_CHOICES = 5

/** The filter for a name (any case) or an id. */
export function isNamed(wanted: string): string {
  const id = readGuid(wanted)
  return id === undefined ? isText('name', wanted.trim()) : `{id} eq ${id}`
}

type Wanted = {
  readonly wanted: string
  readonly kind: Kind
  readonly entity?: Entity | undefined
  /** Names to tell the nearest of, asked where nothing is found. */
  readonly others: () => Promise<readonly Named[]>
}

/**
 * The one that was found under a name or an id.
 * @throws QueryError `unknown_…` with the nearest names, `ambiguous_…` with the choices
 */
export async function pickNamed<N extends Named>(found: readonly N[], asked: Wanted): Promise<N> {
  const [one, ...others] = found
  if (!one) throw unknown(asked, await asked.others())
  if (others.length > 0) throw ambiguous(asked, found)
  return one
}

function unknown({ wanted, entity, kind }: Wanted, all: readonly Named[]): QueryError {
  const { noun, argument, listed } = kind
  const choices = nearNamed(wanted, all)
  const of = argument === 'dashboard' ? '' : entity ? ` with entity "${entity.name}"` : ' with an entity'
  return new QueryError(
    kind.codes.unknown,
    `There is no ${noun} "${shown(wanted)}"${entity ? ` of ${entity.name}` : ''} that the person may read.`,
    choices.length > 0
      ? `Did you mean: ${choices.map(choice).join(', ')}?`
      : `Run the report ${listed}${of} to see the names.`,
  )
}

function ambiguous({ wanted, kind }: Wanted, found: readonly Named[]): QueryError {
  const listed = found
    .slice(0, MOST_CHOICES)
    .map(({ id, isOwn, entity }) => `${id} (${isOwn ? 'own' : 'everybody’s'}${ofTable(entity, ', ')})`)
  return new QueryError(
    kind.codes.ambiguous,
    `${found.length} ${kind.noun}s are named "${shown(wanted)}".`,
    `Pass the id of one as ${kind.argument}: ${listed.join(', ')}.`,
  )
}

/** By its name where that can be written back as it is told, else by its id. */
function choice({ id, name, entity }: Named): string {
  const isTold = plain(name) === name
  return `"${isTold ? shown(name) : id}"${isTold ? '' : ` (called "${shown(name)}")`}${ofTable(entity, ' ')}`
}

function ofTable(entity: string | undefined, before: string): string {
  return entity === undefined ? '' : `${before}of ${entity}`
}

/** A name that somebody gave, in a sentence of ours: it begins no line, and ends no quotes. */
export function shown(text: string): string {
  return JSON.stringify(plain(text)).slice(1, -1)
}

function plain(text: string): string {
  return visible(text.slice(0, 100).toWellFormed()).replaceAll(/\s+/g, ' ').trim()
}
