import { QueryError } from '../errors.ts'
import type { Metadata, Table } from '../metadata/model.ts'
import { bareSource, filterOf, listOf } from '../query/model/query.ts'
import { termsOf } from '../query/terms/find-term.ts'
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
  const { measure = '', date = '', amount = '' } = term
  if ([measure, date, amount].some((text) => namesHidden(text, table))) return false
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

function namesHidden(text: string, { byName, hidden }: Table): boolean {
  const words = text.toLowerCase().match(/\w+/g) ?? []
  return words.some((word) => hidden?.has(word) === true || byName.get(word)?.hiding !== undefined)
}
