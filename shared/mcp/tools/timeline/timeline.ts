import * as z from 'zod'
import { KIND_WORDS } from '../../../dataverse/records/timeline/kinds.ts'
import { wordsFor } from '../../tool/arguments/same-words.ts'
import { EntityArgument, NotesSchema, RecordLinkSchema } from '../../tool/row-schemas.ts'
import { defineTool, type Tool, type ToolLimits } from '../../tool/tool.ts'

const USUAL_ITEMS = 20
const LONGEST_OF = 2_000

const Named = z.object({ id: z.string(), title: z.string() })
const Change = z.object({
  column: z.string(),
  label: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
})

const File = z.object({ name: z.string(), type: z.string().optional(), size: z.int().optional() })

const Item = z.object({
  when: z.string().optional(),
  kind: z.string(),
  id: z.string().optional(),
  title: z.string().optional(),
  direction: z.enum(['incoming', 'outgoing']).optional(),
  who: z.array(z.string()).optional(),
  by: z.string().optional(),
  regarding: Named.optional(),
  on: Named.optional(),
  text: z.string().optional(),
  state: z.enum(['planned', 'overdue', 'cancelled']).optional(),
  changes: z.array(Change).optional(),
  /** That of a note, and those that are attached to an activity. */
  file: File.optional(),
  files: z.array(File).optional(),
  moreFiles: z.int().optional(),
})
export type Item = z.output<typeof Item>

const Output = z.object({
  of: Named,
  asOf: z.string(),
  timeZone: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  history: z.string(),
  notes: NotesSchema,
  interpreted: z.array(z.string()).optional(),
  planned: z.array(Item).optional(),
  items: z.array(Item),
  more: z.boolean(),
  recordLink: RecordLinkSchema,
  cursor: z.string().optional(),
})
export type Told = z.output<typeof Output>

const inputOf = ({ maxTop }: Pick<ToolLimits, 'maxTop'>) =>
  z.object({
    of: z.string().max(LONGEST_OF).optional().describe('account/<id>, a link, a name'),
    entity: EntityArgument.optional().describe('Of a name'),
    since: z.string().max(200).optional().describe('2026-01-31, last-90-days'),
    until: z.string().max(200).optional(),
    kinds: z.array(z.string().max(100)).min(1).max(20).optional().describe(KIND_WORDS.join(', ')),
    top: z.int().min(1).max(Math.min(maxTop, 100)).optional().meta({ default: USUAL_ITEMS }),
    cursor: z.string().optional(),
  })
export type TimelineArguments = z.output<ReturnType<typeof inputOf>>

/** Everything that happened with one record and what belongs to it: two requests once its tables are known. */
export function timeline(limits: Pick<ToolLimits, 'maxTop'>): Tool {
  return defineTool({
    name: 'timeline',
    title: 'What happened',
    description:
      'Use this when asked what happened with one account, contact, opportunity, case or lead, or is planned: activities, notes and changes of it and what belongs to it. Its columns: get_record.',
    status: { invoking: 'Reading the timeline', invoked: 'Read the timeline' },
    calledByViews: true,
    readAs: {
      ...wordsFor('of', ['id', 'record', 'recordid', 'name', 'about', 'regarding', 'customer']),
      ...wordsFor('entity', ['table', 'tablename', 'entityname', 'logicalname', 'entitylogicalname']),
      ...wordsFor('since', ['from', 'after', 'start']),
      ...wordsFor('until', ['to', 'before', 'end']),
      ...wordsFor('top', ['limit', 'take']),
    },
    input: () => inputOf(limits),
    output: () => Output,
    run: async (args, context) => {
      const { answerTimeline } = await import('./answer-timeline.ts')
      return await answerTimeline({ args, top: args.top ?? USUAL_ITEMS }, context)
    },
  })
}
