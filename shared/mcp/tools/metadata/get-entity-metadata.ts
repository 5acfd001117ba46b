import * as z from 'zod'
import { isBaseTwin, orderColumns } from '../../../dataverse/metadata/column-order.ts'
import { createFindings } from '../../../dataverse/column-security/findings.ts'
import { DataverseError } from '../../../dataverse/errors.ts'
import type { Collection, Column, Entity, EntityIndex, Sight, Table } from '../../../dataverse/metadata/model.ts'
import { nearest } from '../../../dataverse/advice/suggest.ts'
import {
  columnMatches,
  describeColumn,
  DescribedColumn,
  DescribedRelationship,
  describeRelationship,
  orderRelationships,
  relationshipMatches,
  wordsOf,
} from './entity-description.ts'
import { columnLine, relationshipLine } from './description-text.ts'
import { ItemCursor, pageOf, startIn, type ItemPage } from '../../tool/item-page.ts'
import { cutBytes } from '../../tool/plain-text.ts'
import { EntityArgument, NotesSchema, withNotes } from '../../tool/row-schemas.ts'
import { defineTool, type ToolContext, type ToolOutcome } from '../../tool/tool.ts'

/** Bytes of one description, and of the same as text: the most that a model should pay for knowing a table. */
const DESCRIPTION_BYTES = 9_000
const TEXT_BYTES = 8_000
const NOTES_BYTES = 350
const LONGEST_CHOICES = { listed: 600, searched: 4_000 }

const Output = z.object({
  entity: z.string(),
  entitySet: z.string(),
  label: z.string().optional(),
  kind: z.string(),
  idColumn: z.string(),
  nameColumn: z.string().optional(),
  keys: z.array(z.string()).optional().describe('Alternate keys: columns joined by +'),
  columns: z.array(DescribedColumn),
  relationships: z.array(DescribedRelationship),
  terms: z.array(z.string()).optional(),
  technicalColumns: z.string().optional().describe('Kept by the platform'),
  more: z.boolean(),
  cursor: z.string().optional().describe('Pass it with the same entity and search'),
  notes: NotesSchema,
})
type Answer = z.output<typeof Output>
type Item = { readonly column: DescribedColumn } | { readonly way: DescribedRelationship } | { readonly term: string }

/** Describes one table: no request of its own once the table is known. */
export const getEntityMetadata = defineTool({
  name: 'get_entity_metadata',
  ofMetadata: true,
  title: 'Describe an entity',
  description:
    'Use this when columns, choice values, lookups, relationships or keys of one Dynamics 365 entity are not known for sure, before querying it; the most used come first. For example {"entity":"opportunity","search":"close date"}. Which entities there are: list_entities.',
  status: { invoking: 'Reading the description', invoked: 'Read the description' },
  input: () =>
    z.object({
      entity: EntityArgument,
      search: z.string().max(200).optional().describe('Words in the name, label, choices or target entity'),
      cursor: ItemCursor.optional().describe('From an earlier result'),
    }),
  output: () => Output,
  run: async ({ entity: name, search, cursor }, context) => {
    const entity = await context.metadata.entity(name)
    context.about({ entity: entity.name })
    const [table, index, barred] = await Promise.all([
      context.metadata.table(entity),
      context.metadata.entities(),
      barredNote(entity, context),
    ])
    const sight = await context.metadata.sight([table])
    const { describedTerms } = await import('./entity-terms.ts')
    const seen = { table, sight, terms: await describedTerms(table, context.metadata, search) }
    const { items, notes } = selectItems(seen, index, search?.trim() ?? '')
    const start = startIn(items, cursor)
    const frame = frameOf(table, start === 0 && !search?.trim())
    return answer(
      frame,
      items,
      start,
      [...barred, ...notes, ...twinNote(table), ...unsureNote(seen), ...keptNote(table)],
      context,
    )
  },
})

/** A description is the same for everybody, and no promise of rows. */
async function barredNote({ name }: Entity, { metadata }: ToolContext): Promise<string[]> {
  try {
    const isReadable = (await metadata.readable()).some(({ entity }) => entity.name === name)
    return isReadable
      ? []
      : [`The signed-in person has no privilege to read rows of ${name}; an administrator can grant it.`]
  } catch (error) {
    if (error instanceof DataverseError) return []
    throw error
  }
}

type Frame = Omit<Answer, 'columns' | 'relationships' | 'terms' | 'more' | 'cursor' | 'notes'>

function frameOf(table: Table, whole: boolean): Frame {
  const { name, entitySet, label, kind, idColumn, nameColumn } = table.entity
  const technical = whole ? orderColumns(table).technical.map((column) => column.name) : []
  return {
    entity: name,
    entitySet,
    ...(label && { label }),
    kind,
    idColumn,
    ...(nameColumn && { nameColumn }),
    ...(table.keys.length > 0 && { keys: table.keys.map((key) => key.join('+')) }),
    ...(technical.length > 0 && { technicalColumns: technical.join(', ') }),
  }
}

type Seen = { readonly table: Table; readonly sight: Sight; readonly terms: readonly string[] }
type Selection = { readonly items: readonly Item[]; readonly notes: readonly string[] }

function selectItems(seen: Seen, index: EntityIndex, search: string): Selection {
  const { table, terms } = seen
  const columns = orderColumns(table)
  const ways = orderRelationships(table, index)
  const words = wordsOf(search)
  if (words.length === 0) {
    const listed = columns.rest.filter((column) => !isBaseTwin(column, table))
    const items = [
      ...[...columns.main.map((column) => item(column, seen)), ...ways.main.map(wayItem)],
      ...terms.map(termItem),
      ...[...listed.map((column) => item(column, seen)), ...ways.rest.map(wayItem)],
    ]
    return { items, notes: [] }
  }
  const all = [...columns.main, ...columns.rest, ...columns.technical]
  const describe = (column: Column): Item => item(column, seen, LONGEST_CHOICES.searched)
  const found = all.filter((column) => columnMatches(column, table, words)).map(describe)
  const foundWays = [...ways.main, ...ways.rest].filter((way) => relationshipMatches(way, words)).map(wayItem)
  const matching = [...terms.map(termItem), ...found, ...foundWays]
  if (matching.length > 0) return { items: matching, notes: [] }
  const aliased = all.map(({ name, label }) => ({ name, aliases: label ? [label] : [] }))
  const near = nearest(search, aliased).flatMap((name) => all.find((column) => column.name === name) ?? [])
  const what = near.length > 0 ? 'these are the nearest columns' : 'call again without search to see all'
  return { items: near.map(describe), notes: [`Nothing of ${table.entity.name} matches this search; ${what}.`] }
}

function item(column: Column, { table, sight }: Seen, longest: number = LONGEST_CHOICES.listed): Item {
  return { column: describeColumn(column, table, longest, sight(column)) }
}

const termItem = (term: string): Item => ({ term })

function wayItem(way: Collection): Item {
  return { way: describeRelationship(way) }
}

function answer(
  frame: Frame,
  items: readonly Item[],
  start: number,
  notes: readonly string[],
  { limits }: ToolContext,
): ToolOutcome<Answer> {
  const kept = NOTES_BYTES + Buffer.byteLength(JSON.stringify({ frame, notes }))
  const bytes = Math.min(DESCRIPTION_BYTES, limits.resultBytes / 2) - kept
  const textBytes = Math.min(TEXT_BYTES, limits.resultBytes * 0.45)
  const { page, text } = pageInBoth(frame, items, start, notes, { bytes: Math.max(500, bytes), textBytes })
  const cursor = page.cursor === undefined ? {} : { cursor: page.cursor }
  const structured = { ...frame, ...partsOf(page.items), more: page.left > 0, ...cursor }
  return {
    structured: withNotes(structured, [...notes, ...moreNote(page)]),
    rows: page.items.length,
    records: [],
    text,
  }
}

/** A client that reads the text alone must be able to go on from it: the page ends where either has no more room. */
function pageInBoth(
  frame: Frame,
  items: readonly Item[],
  start: number,
  notes: readonly string[],
  { bytes, textBytes }: { readonly bytes: number; readonly textBytes: number },
): { readonly page: ItemPage<Item>; readonly text: string } {
  for (let room = bytes; ; room *= 0.85) {
    const page = pageOf(items, start, room)
    const text = textOf(frame, page.items, [...notes, ...moreNote(page)])
    const fits = Buffer.byteLength(text) <= textBytes
    if (fits || page.items.length < 2) return { page, text: cutBytes(text, textBytes) }
  }
}

function partsOf(items: readonly Item[]): Pick<Answer, 'columns' | 'relationships' | 'terms'> {
  const terms = items.flatMap((one) => ('term' in one ? one.term : []))
  return {
    columns: items.flatMap((one) => ('column' in one ? one.column : [])),
    relationships: items.flatMap((one) => ('way' in one ? one.way : [])),
    ...(terms.length > 0 && { terms }),
  }
}

function moreNote({ left, cursor }: ItemPage<Item>): string[] {
  if (cursor === undefined) return []
  return [`${left} more columns, relationships and terms follow with cursor "${cursor}"; search finds them by word.`]
}

function twinNote(table: Table): string[] {
  const twins = [...table.byName.values()].some((column) => column.readable && isBaseTwin(column, table))
  return twins ? ['Each Money column has a twin <name>_base in the base currency: add up only those.'] : []
}

function unsureNote({ table, sight }: Seen): string[] {
  const findings = createFindings()
  for (const column of table.byName.values()) if (sight(column) === 'unsure') findings.add(column.name, 'unsure')
  return [...findings.sentences()]
}

/** Which ones they are, nobody is told who did not ask for them. */
function keptNote({ hidden, byName }: Table): string[] {
  const isMasked = [...byName.values()].some(({ hiding }) => hiding !== undefined)
  return [
    ...((hidden?.size ?? 0) > 0 ? ['Some columns are hidden from models by an administrator, and not listed.'] : []),
    ...(isMasked ? ['Masked columns can be selected; nothing else can be asked of them.'] : []),
  ]
}

function textOf(frame: Frame, items: readonly Item[], notes: readonly string[]): string {
  const { columns, relationships, terms } = partsOf(items)
  const { entity, entitySet, label, idColumn, nameColumn, keys, technicalColumns } = frame
  const called = [...(label === undefined ? [] : [`"${label}"`]), `set ${entitySet}`, `id ${idColumn}`]
  const named = [...called, ...(nameColumn === undefined ? [] : [`name ${nameColumn}`])].join(', ')
  return [
    `${entity} (${named}): ${columns.length} columns, ${relationships.length} relationships`,
    ...notes,
    ...(keys ? [`Alternate keys: ${keys.join('; ')}`] : []),
    ...(columns.length > 0 ? ['Columns:', ...columns.map(columnLine)] : []),
    ...(relationships.length > 0
      ? ['Relationships, for any() and expand:', ...relationships.map(relationshipLine)]
      : []),
    ...(terms ? ["Terms, for term eq '…' in filters and as measures of analyze:", ...terms] : []),
    ...(technicalColumns === undefined ? [] : [`Kept by the platform; search describes them: ${technicalColumns}`]),
  ].join('\n')
}
