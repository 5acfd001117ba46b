import type { Owner, ReportParameter } from '../../definition.ts'

/** How long a list may be. */
export function top(fallback: number): ReportParameter {
  return { name: 'top', type: 'integer', description: 'Rows at most', min: 1, max: 500, default: fallback }
}

export const TOP = top(50)

/** Whose rows, by the condition {@link OWNED}. */
export function owner(fallback: Owner): ReportParameter {
  return { name: 'owner', type: 'owner', description: 'Whose rows; "me" is not "my-teams"', default: fallback }
}

export const OWNER = owner('anyone')
export const OWNED = '<condition if="owner" attribute="ownerid" operator="eq-userid"/>'

const IS_OPEN = '<condition attribute="statecode" operator="eq" value="0"/>'

/** The term, in the words of Dynamics itself. */
export function term(name: string, conditions: string): string {
  return `<filter term="${name}">${conditions}</filter>`
}

export const OPEN = term('open pipeline', IS_OPEN)

/** Before today: no one operator says so. */
export const PAST = term(
  'overdue',
  `${IS_OPEN}
        <filter type="or">
          <condition attribute="estimatedclosedate" operator="olderthan-x-days" value="1"/>
          <condition attribute="estimatedclosedate" operator="yesterday"/>
        </filter>`,
)

/** Narrows what counts to the row itself. Off unless asked for: a model fills in false for what it knows nothing of. */
export function direct(description: string): ReportParameter {
  return { name: 'direct', type: 'boolean', description, default: false }
}

/** Days back from today, or ahead where the report says so. */
export function days(description: string, fallback: number): ReportParameter {
  return { name: 'days', type: 'integer', description, min: 1, max: 365, default: fallback }
}

export const VISIBLE = 'Only rows that the signed-in person may read are in it.'
export const AMOUNTS =
  'Value is in the currency of its own row; Base value is the same in the base currency of the organization. Only base values add up.'
export const BASE = 'Amounts are in the base currency of the organization, so that rows in several currencies add up.'
