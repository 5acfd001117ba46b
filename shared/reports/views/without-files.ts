import { holdsFile } from '../../dataverse/metadata/file-columns.ts'
import type { OutputColumn } from '../../dataverse/query/model/output-column.ts'
import type { Link, Source } from '../../dataverse/query/model/query.ts'
import type { ResolvedQuery } from '../../dataverse/query/resolve/resolved-query.ts'

/** Whoever names a view does not name its columns: files are not read for it, and the answer says so. */
export function withoutFiles<Q extends ResolvedQuery>(view: Q): Q {
  const files = view.columns.filter(({ column, aggregate }) => aggregate === undefined && holdsFile(column))
  if (files.length === 0) return view
  const names = [...new Set(files.map(({ column }) => column.name))].join(', ')
  return {
    ...view,
    query: { ...view.query, entity: sourceWithout(view.query.entity, files) },
    columns: view.columns.filter((one) => !files.includes(one)),
    interpreted: [...view.interpreted, `Left out, as they hold files: ${names}. query_crm gives them when named.`],
  }
}

function sourceWithout<S extends Source | Link>(source: S, files: readonly OutputColumn[]): S {
  const alias = 'alias' in source ? source.alias : undefined
  const isFile = (name: string): boolean => files.some(({ column, link }) => column.name === name && link === alias)
  const links = source.links.map((link) => sourceWithout(link, files))
  return { ...source, attributes: source.attributes.filter(({ name }) => !isFile(name)), links }
}
