import type { Entity } from '../../dataverse/metadata/model.ts'
import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import { isNamed, pickNamed, type Kind } from './pick-named.ts'
import { isText } from './read-saved.ts'
import { readViewNames, readViews, type SavedView } from './read-views.ts'
import { SAVED_VIEWS } from './slug.ts'

export const VIEW: Kind = {
  noun: 'saved view',
  argument: 'view',
  listed: SAVED_VIEWS,
  codes: { unknown: 'unknown_view', ambiguous: 'ambiguous_view' },
}

/**
 * The one view of that name (any case) or id that the person may read; one request.
 * @throws QueryError `unknown_view` with the nearest names, `ambiguous_view` with the choices
 */
export async function findView(api: WebApi, wanted: string, entity: Entity | undefined): Promise<SavedView> {
  const of = entity && isText('returnedtypecode', entity.name)
  const found = await readViews(api, of === undefined ? isNamed(wanted) : `${isNamed(wanted)} and ${of}`)
  return await pickNamed(found, { wanted, entity, kind: VIEW, others: async () => await readViewNames(api, of) })
}
