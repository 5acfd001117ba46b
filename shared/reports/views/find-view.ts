import { QueryError } from '../../dataverse/errors.ts'
import type { Entity } from '../../dataverse/metadata/model.ts'
import { readGuid } from '../../dataverse/records/record-key.ts'
import { nearest } from '../../dataverse/advice/suggest.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import { isText, readViewNames, readViews, type SavedView, type ViewName } from './read-views.ts'

/** Slug under which the views are listed. */
export const SAVED_VIEWS = 'saved-views'
const MOST_CHOICES = 5

/**
 * The one view of that name (any case) or id that the person may read; one request.
 * @throws QueryError `unknown_view` with the nearest names, `ambiguous_view` with the choices
 */
export async function findView(api: WebApi, wanted: string, entity: Entity | undefined): Promise<SavedView> {
  const id = readGuid(wanted)
  const of = entity ? [isText('returnedtypecode', entity.name)] : []
  const named = id === undefined ? isText('name', wanted.trim()) : `{id} eq ${id}`
  const found = await readViews(api, [named, ...of].join(' and '))
  const [view, ...others] = found
  if (!view) throw unknownView(wanted, entity, await readViewNames(api, of[0]))
  if (others.length > 0) throw ambiguous(wanted, found)
  return view
}

function unknownView(wanted: string, entity: Entity | undefined, views: readonly ViewName[]): QueryError {
  const near = nearest(
    wanted,
    views.map(({ id, name }) => ({ name: id, aliases: [name] })),
  )
  const choices = near.flatMap((id) => views.find((view) => view.id === id) ?? [])
  return new QueryError(
    'unknown_view',
    `There is no saved view "${shown(wanted)}"${entity ? ` of ${entity.name}` : ''} that the person may read.`,
    choices.length > 0
      ? `Did you mean: ${choices.map(choice).join(', ')}?`
      : `Run the report ${SAVED_VIEWS}${entity ? ` with entity "${entity.name}"` : ' with an entity'} to see the names.`,
  )
}

function ambiguous(wanted: string, views: readonly ViewName[]): QueryError {
  const listed = views
    .slice(0, MOST_CHOICES)
    .map((view) => `${view.id} (${view.isOwn ? 'own' : 'everybody’s'}, of ${view.entity})`)
  return new QueryError(
    'ambiguous_view',
    `${views.length} saved views are named "${shown(wanted)}".`,
    `Pass the id of one as view: ${listed.join(', ')}.`,
  )
}

function choice({ name, entity }: ViewName): string {
  return `"${shown(name)}" of ${entity}`
}

function shown(text: string): string {
  return text.slice(0, 100).toWellFormed()
}
