import type { WriteTool } from '../../model.ts'

/** A state that a message of its own brings about, and a plain update does not. */
export type Closing = {
  readonly tool: WriteTool
  /** Logical name of the table whose row is closed. */
  readonly entity: string
  /** Of `statecode`. */
  readonly state: number
}

/** Of `statecode` while the row is at work; the same in all three tables. */
export const OPEN = 0

/**
 * By what a person says of the row then.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions
 */
export const CLOSINGS = {
  won: { tool: 'close_opportunity', entity: 'opportunity', state: 1 },
  lost: { tool: 'close_opportunity', entity: 'opportunity', state: 2 },
  resolved: { tool: 'resolve_case', entity: 'incident', state: 1 },
  qualified: { tool: 'qualify_lead', entity: 'lead', state: 1 },
} as const satisfies Readonly<Record<string, Closing>>

/** Rows that such a message makes itself: made alone, they close nothing. */
export const CLOSING_ROWS: ReadonlyMap<string, { readonly tool: WriteTool; readonly lookup: string }> = new Map([
  ['opportunityclose', { tool: 'close_opportunity', lookup: 'opportunityid' }],
  ['incidentresolution', { tool: 'resolve_case', lookup: 'incidentid' }],
])

export type ClosingName = keyof typeof CLOSINGS
export const CLOSING_NAMES = Object.keys(CLOSINGS) as readonly ClosingName[]
