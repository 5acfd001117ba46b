import type { CallToolResult } from '@modelcontextprotocol/client'
import { CHANGE_META } from '../../../shared/mcp/app/change/change-meta.ts'

export const RECORD = '7c1d2e01-00c0-4a6b-8c2d-10a3c1a86f03'
/** Of the shape of a token; no key made it. */
export const TOKEN = `AR2kUQ${'Zm9vYmFy'.repeat(13)}_-`

export type Line = {
  readonly column: string
  readonly label: string
  readonly from?: string | number | boolean | null
  readonly to: string | number | boolean | null
  readonly id?: string
  readonly entity?: string
}

export const LINES: readonly Line[] = [
  { column: 'estimatedclosedate', label: 'Est. Close Date', from: '2026-12-15', to: '2027-01-15' },
  { column: 'estimatedvalue', label: 'Est. Revenue (EUR)', from: 40_000, to: 55_000 },
  { column: 'budgetyear', label: 'Budget year', from: null, to: 2027 },
  { column: 'iscompetitive', label: 'Competitive', from: false, to: true },
  {
    column: 'parentaccountid',
    label: 'Account',
    from: 'Contoso Ltd',
    to: 'Northwind Docks',
    id: '7c1d2e01-00a1-4a6b-8c2d-10a3c1a86f07',
    entity: 'account',
  },
]

type Given = {
  readonly lines?: readonly Line[]
  readonly name?: string
  readonly notes?: readonly string[]
  readonly duplicates?: readonly object[]
  readonly problems?: readonly object[]
  readonly ready?: boolean
}

const partsOf = ({ lines = LINES, name = 'Fabrikam renewal', notes = [], ...rest }: Given, tool = 'update_record') => ({
  call: { tool, arguments: { entity: 'opportunity', id: RECORD, name, changes: lines, change: TOKEN } },
  structured: {
    ready: rest.ready ?? true,
    summary: `Change ${lines.length} columns of the opportunity “${name}” (owner Jon Ek) as Anna Berg.`,
    changes: lines,
    problems: rest.problems ?? [],
    duplicates: rest.duplicates ?? [],
    notes,
    expiresAt: '2026-11-28T09:10:00Z',
  },
})

/** A preview whose call was given to the view alone. */
export function forTheCard(given: Given = {}): CallToolResult {
  const { call, structured } = partsOf(given)
  return { structuredContent: structured, content: [], _meta: { [CHANGE_META]: call } }
}

/** One whose call the model makes. */
export function forTheModel(given: Given = {}): CallToolResult {
  const { call, structured } = partsOf(given)
  return { structuredContent: { ...structured, call }, content: [] }
}

export const NEW_RECORD: CallToolResult = {
  structuredContent: {
    ready: true,
    summary: 'Create a task as Anna Berg.',
    changes: [],
    problems: [],
    duplicates: [{ id: RECORD, entity: 'task', name: 'Call Fabrikam', about: 'due 2027-01-10' }],
    notes: ['Owner: Anna Berg.'],
  },
  content: [],
  _meta: {
    [CHANGE_META]: {
      tool: 'create_record',
      arguments: {
        entity: 'task',
        changes: [
          { column: 'subject', label: 'Subject', to: 'Call Fabrikam' },
          { column: 'description', label: 'Description', to: 'First line\nSecond line' },
        ],
        change: TOKEN,
      },
    },
  },
}

export const DONE = {
  structuredContent: {
    done: true,
    already: false,
    record: {
      entity: 'opportunity',
      id: RECORD,
      name: 'Fabrikam renewal',
      link: `https://harbourpine.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=opportunity&id=${RECORD}`,
    },
    changes: [],
    alsoSet: [{ label: 'Weighted Revenue', to: 33_000 }],
    notes: ['Est. Revenue: asked 55000, is 54999.99.'],
  },
  content: [],
}

export function failed(code: string, text: string): CallToolResult {
  const error = { code, text, nextStep: 'Send the same call again.' }
  return { isError: true, structuredContent: { error }, content: [{ type: 'text', text: `Error ${code}: ${text}` }] }
}
