import * as z from 'zod'
import type { ListedEntity } from '../../../dataverse/metadata/model.ts'
import { suggestible } from '../../../dataverse/metadata/read/entity-index.ts'
import { nearest } from '../../../dataverse/advice/suggest.ts'
import { containsAll, wordsOf } from './entity-description.ts'
import { ItemCursor, pageOf, startIn, type ItemPage } from '../../tool/item-page.ts'
import { cutBytes, plainLine } from '../../tool/plain-text.ts'
import { NotesSchema, withNotes } from '../../tool/row-schemas.ts'
import { defineTool, type ToolContext } from '../../tool/tool.ts'

const LIST_BYTES = 10_000
/** For the text, the counts and the notes. */
const KEPT_BYTES = 2_600
const TEXT_BYTES = 1_800
const LONGEST_DESCRIPTION = 90

const Listed = z.object({
  name: z.string(),
  label: z.string().optional(),
  entitySet: z.string(),
  kind: z.string(),
  description: z.string().optional(),
})
type Listed = z.output<typeof Listed>

/** Lists the tables that the person may read: no request of its own once they are known. */
export const listEntities = defineTool({
  name: 'list_entities',
  ofMetadata: true,
  title: 'List entities',
  description:
    'Use this when it is not known which Dynamics 365 entity (table) holds something: lists those that the signed-in person may read, the most used first. For example {"search":"project"} or {"kind":"custom"}. Columns of one: get_entity_metadata.',
  status: { invoking: 'Listing entities', invoked: 'Listed entities' },
  input: () =>
    z.object({
      search: z.string().max(200).optional().describe('Words in name, label or description'),
      kind: z.enum(['standard', 'custom', 'activity']).optional(),
      cursor: ItemCursor.optional().describe('From an earlier result'),
    }),
  output: () =>
    z.object({
      entities: z.array(Listed),
      total: z.int(),
      more: z.boolean(),
      cursor: z.string().optional().describe('Pass it with the same search and kind'),
      notes: NotesSchema,
    }),
  run: async ({ search = '', kind, cursor }, context) => {
    const readable = (await context.metadata.readable()).filter(({ entity }) => !kind || entity.kind === kind)
    const { found, notes } = await matching(readable, search.trim(), context)
    const all = found.map(listed)
    const bytes = Math.min(LIST_BYTES, context.limits.resultBytes) - KEPT_BYTES
    const { page, text } = pageInBoth(all, startIn(all, cursor), Math.max(500, bytes), notes)
    const counts = { total: all.length, more: page.left > 0 }
    const structured = { entities: [...page.items], ...counts, ...(page.cursor && { cursor: page.cursor }) }
    return {
      structured: withNotes(structured, [...notes, ...moreNote(page)]),
      rows: page.items.length,
      records: [],
      text,
    }
  },
})

/** A client that reads the text alone must be able to go on from it: the page ends where either has no more room. */
function pageInBoth(
  all: readonly Listed[],
  start: number,
  bytes: number,
  notes: readonly string[],
): { readonly page: ItemPage<Listed>; readonly text: string } {
  for (let room = bytes; ; room *= 0.85) {
    const page = pageOf(all, start, room)
    const heading = `${page.items.length} of ${all.length} entities: ${page.items.map(({ name }) => name).join(', ')}`
    const text = [heading, ...notes, ...moreNote(page)].join('\n')
    if (Buffer.byteLength(text) <= TEXT_BYTES || page.items.length < 2)
      return { page, text: cutBytes(text, TEXT_BYTES) }
  }
}

function moreNote({ left, cursor }: ItemPage<Listed>): string[] {
  return cursor === undefined ? [] : [`${left} more follow with cursor "${cursor}".`]
}

/** Of the tables that are kept: no person has a part in them. */
const LISTED = new WeakMap<ListedEntity, Listed>()

function listed(one: ListedEntity): Listed {
  const known = LISTED.get(one)
  if (known) return known
  const { name, label, entitySet, kind } = one.entity
  const about = plainLine(one.description ?? '', LONGEST_DESCRIPTION)
  const made = { name, ...(label && { label }), entitySet, kind, ...(about && { description: about }) }
  LISTED.set(one, made)
  return made
}

type Matches = { readonly found: readonly ListedEntity[]; readonly notes: readonly string[] }

async function matching(readable: readonly ListedEntity[], search: string, context: ToolContext): Promise<Matches> {
  const words = wordsOf(search)
  if (words.length === 0) return { found: readable, notes: [] }
  const texts = ({ name, entitySet, label, pluralLabel }: ListedEntity['entity']): (string | undefined)[] => [
    ...[name, entitySet, label, pluralLabel],
  ]
  const named = readable.filter(({ entity }) => containsAll(texts(entity), words))
  if (named.length > 0) return { found: named, notes: [] }
  const told = readable.filter(({ entity, description }) => containsAll([...texts(entity), description], words))
  if (told.length > 0) return { found: told, notes: [] }
  const near = nearest(
    search,
    readable.map(({ entity }) => suggestible(entity)),
  )
  const found = near.flatMap((name) => readable.find(({ entity }) => entity.name === name) ?? [])
  return { found, notes: [await whyNone(search, found.length > 0, texts, context)] }
}

/** A table that exists but may not be read is told apart from one that does not exist. */
async function whyNone(
  search: string,
  hasNearest: boolean,
  texts: (entity: ListedEntity['entity']) => (string | undefined)[],
  { metadata }: ToolContext,
): Promise<string> {
  const exists = (await metadata.entities()).all.find((entity) =>
    texts(entity).some((text) => text?.toLowerCase() === search.toLowerCase()),
  )
  const why = exists
    ? `The signed-in person has no privilege to read ${exists.name}`
    : 'No entity that the person may read matches this search'
  return hasNearest ? `${why}; these are the nearest.` : `${why}; call again without search to see all.`
}
