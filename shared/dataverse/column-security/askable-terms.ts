import { QueryError } from '../errors.ts'
import type { Metadata, Table } from '../metadata/model.ts'
import { bareSource, filterOf, listOf } from '../query/model/query.ts'
import { findNavigations, tableBehind } from '../query/resolve/joins/find-navigation.ts'
import { isLookup } from '../query/resolve/names/find-column.ts'
import { findTerm, termKey, termsOf } from '../query/terms/find-term.ts'
import type { Term } from '../query/terms/term.ts'
import { resolveVisible } from './resolve-visible.ts'

/** What can be asked of a table is the same for everybody, for as long as the table and the terms are. */
const KNOWN = new WeakMap<Table, WeakMap<readonly Term[], Promise<readonly Term[]>>>()

/**
 * The terms of a table to offer to a model: none that an administrator's hiding refuses. Nothing is asked where nothing
 * is hidden.
 */
export async function askableTerms(table: Table, metadata: Metadata): Promise<readonly Term[]> {
  const terms = await metadata.terms()
  const all = termsOf(terms, table.entity.name)
  if (table.hidden === undefined || all.length === 0) return all
  const known = KNOWN.get(table) ?? new WeakMap<readonly Term[], Promise<readonly Term[]>>()
  KNOWN.set(table, known)
  const found = known.get(terms) ?? askableOf(all, table, metadata)
  known.set(terms, found)
  // A failed read of another table says nothing of the next.
  found.catch(() => known.delete(terms))
  return await found
}

async function askableOf(all: readonly Term[], table: Table, metadata: Metadata): Promise<readonly Term[]> {
  const askable: Term[] = []
  for (const term of all) if (await isAskable(term, table, metadata)) askable.push(term)
  return askable
}

/** By asking the query as far as it can be without a request for rows: any row that is called by a name will do. */
async function isAskable(term: Term, table: Table, metadata: Metadata): Promise<boolean> {
  if (!(await isComputable(term, table, metadata, []))) return false
  const condition = { attribute: 'term', operator: 'eq', values: [term.slug] }
  const entity = { ...bareSource(table.entity.name), filters: [filterOf('and', { conditions: [condition] })] }
  try {
    await resolveVisible(listOf(entity), {
      metadata: { ...metadata, sight: () => Promise.resolve(() => 'shown') },
      notation: 'odata',
      clock: () => Promise.resolve({ now: 0, zone: 'UTC', today: '1970-01-01', fiscal: undefined }),
      person: { systemUserId: NOBODY },
      rows: { find: (_entity, _columns, name) => Promise.resolve([{ id: NOBODY, name }]) },
    })
    return true
  } catch (error) {
    if (error instanceof QueryError) return false
    throw error
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** A figure is not read here: each name that it may be made of is looked at, wherever it stands. */
async function isComputable(
  { slug, measure = '', date = '', amount = '' }: Term,
  table: Table,
  metadata: Metadata,
  within: readonly string[],
): Promise<boolean> {
  const names = [measure, date, amount].join(' ').toLowerCase().match(NAMES) ?? []
  for (const name of names) if (!(await isShown(name.split('/'), table, metadata))) return false
  const letters = measure
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  const others = termsOf(await metadata.terms(), table.entity.name).filter(
    (one) => one.slug !== slug && !within.includes(one.slug) && keysOf(one).some((key) => letters.includes(key)),
  )
  for (const one of others) if (!(await isComputable(one, table, metadata, [...within, slug]))) return false
  return true
}
const NAMES = /[a-z_]\w*(?:\/[a-z_]\w*)*/g

const keysOf = ({ name, aliases, slug }: Term): string[] => [name, ...aliases, slug].map(termKey).filter(Boolean)

/** A column, or one behind lookups; words that are neither hide nothing. Whoever cannot be followed may lead to what is. */
async function isShown([name = '', ...rest]: readonly string[], table: Table, metadata: Metadata): Promise<boolean> {
  const { byName, hidden, entity } = table
  if (hidden?.has(name) === true || byName.get(name)?.hiding !== undefined) return false
  if (rest.length === 0) return true
  const ways = findNavigations(table, name)
  if (ways.length > 0) {
    for (const way of ways) if (!(await isShown(rest, await tableBehind(metadata, way), metadata))) return false
    return true
  }
  // Without blanks around it a quotient looks as a path does.
  const column = byName.get(name)
  const isFigure = name === 'count' || findTerm(await metadata.terms(), entity.name, name) !== undefined
  const isQuotient = isFigure || (column !== undefined && !isLookup(column))
  return isQuotient && (await isShown(rest, table, metadata))
}
