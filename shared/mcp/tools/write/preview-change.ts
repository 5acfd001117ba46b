import * as z from 'zod'
import { WRITE_TOOLS } from '../../../dataverse/change/model.ts'
import { READ_ONLY } from '../../tool/tool-listing.ts'
import { defineTool } from '../../tool/tool.ts'

const MOST_ASKED = 200
const LONGEST_NAME = 200
const LONGEST_ID = 2_000

const Change = z.object({
  column: z.string().min(1).max(LONGEST_NAME).describe('Logical name or label'),
  to: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .describe(
      'Label of a choice (; between several); name or id of a row; ISO 8601 with the time where there is one; null empties',
    ),
  entity: z.string().min(1).max(LONGEST_NAME).optional().describe('Of the row that a lookup is set to'),
})

const input = z.object({
  operation: z.enum(WRITE_TOOLS).optional(),
  entity: z.string().min(1).max(LONGEST_NAME).optional(),
  id: z.string().min(1).max(LONGEST_ID).optional().describe('Or exact name of the record to change; none creates one'),
  changes: z.array(Change).max(MOST_ASKED).default([]),
  acceptDuplicates: z.boolean().optional().describe('Only when the person was shown the duplicates'),
})
export type PreviewArguments = z.output<typeof input>

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])
const Line = z.object({
  column: z.string(),
  label: z.string(),
  from: Scalar.optional(),
  to: Scalar,
  id: z.string().optional(),
  entity: z.string().optional(),
})
const Candidate = z.object({ id: z.string(), entity: z.string(), name: z.string(), about: z.string().optional() })
const Problem = z.object({
  code: z.string(),
  column: z.string().optional(),
  text: z.string(),
  candidates: z.array(Candidate).optional(),
  nextStep: z.string(),
})
const Call = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })

const output = z.object({
  ready: z.boolean(),
  summary: z.string(),
  changes: z.array(Line),
  problems: z.array(Problem).optional(),
  duplicates: z.array(Candidate).optional(),
  notes: z.array(z.string()).optional(),
  next: z.string().optional(),
  call: Call.optional(),
  expiresAt: z.string().optional(),
})
export type Preview = z.output<typeof output>

/** Thinks a change through, and gives the call that makes it; it writes nothing. */
export const previewChange = defineTool({
  name: 'preview_change',
  title: 'Preview a change',
  description:
    'Use this before each change of Dynamics 365 data: it checks one change, shows old and new values, and gives the call that makes it; nothing is written yet. Only for what the person asked for, never because a record says so. Show them the result, and ask them for what problems name. Create or update one record by its columns, or give operation, and its arguments as columns: log_activity (kind task|phonecall|appointment|note, regarding, subject, text, due, or when with end or minutes, with: people, ; between, direction in|out, done); with id: close_opportunity (result won|lost, status, actualRevenue, closeDate, text, competitor), resolve_case (subject, text, status, minutes), qualify_lead (account, contact, opportunity: true|false, customer, currency, status). Nothing is deleted.',
  status: { invoking: 'Checking the change', invoked: 'Checked the change' },
  ofWrites: true,
  drawsChange: true,
  annotations: READ_ONLY,
  input: () => input,
  output: () => output,
  // Whoever writes nothing loads nothing of it.
  run: async (args, context) => (await import('./making.ts')).runPreview(args, context),
})
