import * as z from 'zod'
import { nearestEntities, type Entity, type EntityIndex } from '../../dataverse/entities.ts'
import { bytesForRows, readableText, takeWithin } from '../result.ts'
import { NotesSchema, withNotes } from '../row-schemas.ts'
import { defineTool } from '../tool.ts'

/** Asked for most, so listed first. */
const USUAL =
  'account contact lead opportunity incident quote salesorder invoice product activitypointer task appointment phonecall email systemuser team businessunit'
const USUAL_ORDER = new Map(USUAL.split(' ').map((name, index) => [name, index]))

const Listed = z.object({ name: z.string(), label: z.string().optional(), entitySet: z.string() })

export const listEntities = defineTool({
  name: 'list_entities',
  title: 'List entities',
  description: 'Lists the entities (tables) of this Dynamics 365 environment, with their logical and display names.',
  status: { invoking: 'Listing entities', invoked: 'Listed entities' },
  input: z.object({
    search: z.string().max(200).optional().describe('Part of a logical or display name; all entities when left out'),
  }),
  output: z.object({
    entities: z.array(Listed),
    returned: z.int(),
    total: z.int(),
    more: z.boolean(),
    notes: NotesSchema,
  }),
  run: async ({ search }, context) => {
    const index = await context.metadata.entities()
    const { found, notes } = searchEntities(index, search?.trim() ?? '')
    const all = found.map(({ name, label, entitySet }) => ({ name, ...(label && { label }), entitySet }))
    const taken = takeWithin(all, bytesForRows(context.limits.resultBytes, notes)).length
    const entities = all.slice(0, taken)
    const more = entities.length < all.length
    const allNotes = more ? [...notes, `${all.length - entities.length} entities did not fit; use search.`] : notes
    const structured = withNotes({ entities, returned: entities.length, total: all.length, more }, allNotes)
    return { structured, rows: entities.length, text: readableText(`${all.length} entities`, entities, allNotes) }
  },
})

function searchEntities(index: EntityIndex, search: string): { found: readonly Entity[]; notes: string[] } {
  const wanted = search.toLowerCase()
  const found = index.all.filter((entity) =>
    [entity.name, entity.entitySet, entity.label, entity.pluralLabel].some((name) =>
      name?.toLowerCase().includes(wanted),
    ),
  )
  if (found.length > 0) return { found: found.toSorted(byUse), notes: [] }
  const near = new Set(nearestEntities(index, search))
  const similar = index.all.filter((entity) => near.has(entity.name))
  return { found: similar, notes: [`No entity is called "${search}"; these are the nearest.`] }
}

function byUse(a: Entity, b: Entity): number {
  const last = USUAL_ORDER.size
  return (USUAL_ORDER.get(a.name) ?? last) - (USUAL_ORDER.get(b.name) ?? last) || a.name.localeCompare(b.name)
}
