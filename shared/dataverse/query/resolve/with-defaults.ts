import { allButFiles } from '../../metadata/file-columns.ts'
import type { Table } from '../../metadata/model.ts'
import { plainAttribute, type Link, type Source } from '../model/query.ts'
import { returningSources, returnsColumns } from '../model/walk.ts'
import type { Resolving } from './names/scope.ts'

/** The columns of a table to show when none were asked for: logical names. */
export type Defaults = (table: Table) => readonly string[]

export type Asked = 'columns' | 'all' | 'nothing'

/** Puts the default columns in the place of all-attributes, and of nothing at all. */
export function withDefaults(
  root: Source,
  aggregate: boolean,
  resolving: Resolving,
  defaults?: Defaults,
): { readonly source: Source; readonly asked: Asked } {
  const sources = returningSources(root)
  const all = sources.some(({ allAttributes }) => allAttributes)
  const nothing = !all && sources.every(({ attributes }) => attributes.length === 0)
  const asked = all ? 'all' : nothing ? 'nothing' : 'columns'
  if (aggregate || asked === 'columns') return { source: aggregate ? withoutAll(root) : root, asked }
  if (!defaults) return { source: all ? withoutFiles(root, resolving) : root, asked }
  if (all) resolving.note('Instead of all columns a default choice is returned; name the columns for others.')
  return { source: replaced(root, nothing, resolving, defaults), asked }
}

/** An aggregate has only the columns that it names. */
function withoutAll<S extends Source>(source: S): S {
  return { ...source, allAttributes: false, links: source.links.map((link) => withoutAll(link)) }
}

/** All columns of a table that has files are named, those left out. */
function withoutFiles<S extends Source>(source: S, resolving: Resolving): S {
  const named = allButFiles(resolving.tableOf(source.name)).map(({ name }) => plainAttribute(name))
  const links = source.links.map((link) => withoutFiles(link, resolving))
  if (!source.allAttributes || named.length === 0) return { ...source, links }
  const others = named.filter(({ name }) => !source.attributes.some((one) => one.name.toLowerCase() === name))
  return { ...source, allAttributes: false, attributes: [...others, ...source.attributes], links }
}

function replaced<S extends Source>(source: S, always: boolean, resolving: Resolving, defaults: Defaults): S {
  const named = source.attributes.map(({ name }) => name.toLowerCase())
  const added = source.allAttributes || always ? defaults(resolving.tableOf(source.name)) : []
  const attributes = added.filter((name) => !named.includes(name)).map(plainAttribute)
  const links = source.links.map((link): Link => {
    return returnsColumns(link) ? replaced(link, false, resolving, defaults) : link
  })
  return { ...source, allAttributes: false, attributes: [...attributes, ...source.attributes], links }
}
