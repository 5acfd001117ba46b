import type { Term } from './term.ts'

/** No name of a term is longer. */
const LONGEST = 100

/** What two spellings of a name have in common: letters and digits alone. Nothing of what cannot be a name. */
export function termKey(name: string): string {
  if (name.length > LONGEST) return ''
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

type Words = { readonly all: readonly Term[]; readonly byKey: ReadonlyMap<string, Term> }
type Book = ReadonlyMap<string, Words>

/** A filter may have hundreds of terms, and a company as many: names are compared once for each list of them. */
const BOOKS = new WeakMap<readonly Term[], Book>()

/** The term of that entity that a name means, in any spelling; the company's own before those that are built in. */
export function findTerm(terms: readonly Term[], entity: string, name: string): Term | undefined {
  return bookOf(terms).get(entity)?.byKey.get(termKey(name))
}

/** The terms of an entity, the company's own first. */
export function termsOf(terms: readonly Term[], entity: string): readonly Term[] {
  return bookOf(terms).get(entity)?.all ?? []
}

/** The entities that have a term of that name. */
export function entitiesWith(terms: readonly Term[], name: string): readonly string[] {
  return [...bookOf(terms).keys()].filter((entity) => findTerm(terms, entity, name) !== undefined)
}

function bookOf(terms: readonly Term[]): Book {
  const known = BOOKS.get(terms)
  if (known) return known
  const book = new Map(
    [...Map.groupBy(terms, ({ entity }) => entity)].map(([entity, all]) => [entity, wordsOf(all)] as const),
  )
  BOOKS.set(terms, book)
  return book
}

function wordsOf(terms: readonly Term[]): Words {
  const all = [...terms.filter(({ isOwn }) => isOwn), ...terms.filter(({ isOwn }) => !isOwn)]
  const byKey = new Map<string, Term>()
  for (const isOwn of [true, false]) {
    const some = all.filter((term) => term.isOwn === isOwn)
    for (const namesOf of [nameOf, aliasesOf, slugOf])
      for (const term of some)
        for (const key of namesOf(term).map(termKey)) if (key !== '' && !byKey.has(key)) byKey.set(key, term)
  }
  return { all, byKey }
}

const nameOf = ({ name }: Term): readonly string[] => [name]
const aliasesOf = ({ aliases }: Term): readonly string[] => aliases
const slugOf = ({ slug }: Term): readonly string[] => [slug]
