import * as z from 'zod'
import { isBaseTwin, orderColumns } from '../../../dataverse/metadata/column-order.ts'
import { createFindings } from '../../../dataverse/column-security/findings.ts'
import type { Collection, Column, EntityIndex, Sight, Table } from '../../../dataverse/metadata/model.ts'
import { nearest } from '../../../dataverse/suggest.ts'
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
import { ItemCursor, pageOf, startIn, type ItemPage } from '../../tool/item-page.ts'
import { cutBytes } from '../../tool/plain-text.ts'
import { EntityArgument, NotesSchema, withNotes } from '../../tool/row-schemas.ts'
import { defineTool, type ToolContext, type ToolOutcome } from '../../tool/tool.ts'

/** Bytes of one description, its text included: the most that a model should pay for knowing a table. */
const DESCRIPTION_BYTES = 10_000
const TEXT_BYTES = 800
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
  technicalColumns: z.string().optional().describe('Kept by the platform; search describes them'),
  more: z.boolean(),
  cursor: z.string().optional().describe('Pass it with the same entity and search'),
  notes: NotesSchema,
})
type Answer = z.output<typeof Output>
type Item = { readonly column: DescribedColumn } | { readonly way: DescribedRelationship }

/** Describes one table: no request of its own once the table is known. */
export const getEntityMetadata = defineTool({
  name: 'get_entity_metadata',
  title: 'Describe an entity',
  description:
    'Use this when columns, choice values, lookups, relationships or keys of one Dynamics 365 entity are not known for sure, before querying it; the most used come first. For example {"entity":"opportunity","search":"close date"}. Which entities there are: list_entities.',
  status: { invoking: 'Reading the description', invoked: 'Read the description' },
  input: z.object({
    entity: EntityArgument,
    search: z.string().max(200).optional().describe('Words in the name, label, choices or target entity'),
    cursor: ItemCursor.optional().describe('From an earlier result'),
  }),
  output: Output,
  run: async ({ entity: name, search, cursor }, context) => {
    const entity = await context.metadata.entity(name)
    context.about({ entity: entity.name })
    const [table, index] = await Promise.all([context.metadata.table(entity), context.metadata.entities()])
    const seen = { table, sight: await context.metadata.sight([table]) }
    const { items, notes } = selectItems(seen, index, search?.trim() ?? '')
    const start = startIn(items, cursor)
    const frame = frameOf(table, start === 0 && !search?.trim())
    return answer(frame, items, start, [...notes, ...twinNote(table), ...unsureNote(seen)], context)
  },
})

type Frame = Omit<Answer, 'columns' | 'relationships' | 'more' | 'cursor' | 'notes'>

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

type Seen = { readonly table: Table; readonly sight: Sight }
type Selection = { readonly items: readonly Item[]; readonly notes: readonly string[] }

function selectItems(seen: Seen, index: EntityIndex, search: string): Selection {
  const { table } = seen
  const columns = orderColumns(table)
  const ways = orderRelationships(table, index)
  const words = wordsOf(search)
  if (words.length === 0) {
    const listed = columns.rest.filter((column) => !isBaseTwin(column, table))
    const items = [
      ...[...columns.main.map((column) => item(column, seen)), ...ways.main.map(wayItem)],
      ...[...listed.map((column) => item(column, seen)), ...ways.rest.map(wayItem)],
    ]
    return { items, notes: [] }
  }
  const all = [...columns.main, ...columns.rest, ...columns.technical]
  const describe = (column: Column): Item => item(column, seen, LONGEST_CHOICES.searched)
  const found = all.filter((column) => columnMatches(column, table, words)).map(describe)
  const foundWays = [...ways.main, ...ways.rest].filter((way) => relationshipMatches(way, words))
  if (found.length + foundWays.length > 0) return { items: [...found, ...foundWays.map(wayItem)], notes: [] }
  const aliased = all.map(({ name, label }) => ({ name, aliases: label ? [label] : [] }))
  const near = nearest(search, aliased).flatMap((name) => all.find((column) => column.name === name) ?? [])
  const what = near.length > 0 ? 'these are the nearest columns' : 'call again without search to see all'
  return { items: near.map(describe), notes: [`Nothing of ${table.entity.name} matches this search; ${what}.`] }
}

function item(column: Column, { table, sight }: Seen, longest: number = LONGEST_CHOICES.listed): Item {
  return { column: describeColumn(column, table, longest, sight(column)) }
}

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
  const kept = TEXT_BYTES + NOTES_BYTES + Buffer.byteLength(JSON.stringify({ frame, notes }))
  const page = pageOf(items, start, Math.max(1_000, Math.min(DESCRIPTION_BYTES, limits.resultBytes) - kept))
  const columns = page.items.flatMap((one) => ('column' in one ? one.column : []))
  const relationships = page.items.flatMap((one) => ('way' in one ? one.way : []))
  const cursor = page.cursor === undefined ? {} : { cursor: page.cursor }
  const allNotes = [...notes, ...moreNote(page)]
  const structured = withNotes({ ...frame, columns, relationships, more: page.left > 0, ...cursor }, allNotes)
  return { structured, rows: page.items.length, text: textOf(structured, allNotes) }
}

function moreNote({ left, cursor }: ItemPage<Item>): string[] {
  if (cursor === undefined) return []
  return [`${left} more columns and relationships follow with cursor "${cursor}"; search finds them by word.`]
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

function textOf({ entity, columns, relationships }: Answer, notes: readonly string[]): string {
  const names = (listed: readonly { name: string }[]): string => listed.map(({ name }) => name).join(', ')
  const lines = [
    `${entity}: ${columns.length} columns, ${relationships.length} relationships`,
    ...notes,
    `Columns: ${names(columns)}`,
  ]
  return cutBytes(lines.join('\n'), TEXT_BYTES)
}
