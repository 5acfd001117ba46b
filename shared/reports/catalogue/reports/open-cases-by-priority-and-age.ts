import type { ReportDefinition } from '../../definition.ts'
import { OWNED, OWNER, VISIBLE } from './common.ts'

type Band = { readonly part: string; readonly youngerThan?: number; readonly olderThan?: number }

/** Each case is in one band: `last-x-days` begins at the midnight that `olderthan-x-days` ends at. */
const BANDS: readonly Band[] = [
  { part: 'up to 7 days', youngerThan: 7 },
  { part: '8 to 30 days', olderThan: 7, youngerThan: 30 },
  { part: '31 to 90 days', olderThan: 30, youngerThan: 90 },
  { part: 'over 90 days', olderThan: 90 },
]

const created = (operator: string, value: number | undefined): string =>
  value === undefined ? '' : `<condition attribute="createdon" operator="${operator}" value="${value}"/>`

export const openCasesByPriorityAndAge: ReportDefinition = {
  slug: 'open-cases-by-priority-and-age',
  title: 'Open cases by priority and age',
  description: 'Active cases by age and priority.',
  persona: 'service',
  parameters: [OWNER],
  queries: BANDS.map(({ part, youngerThan, olderThan }) => ({
    part,
    fetchxml: `
<fetch aggregate="true">
  <entity name="incident">
    <attribute name="prioritycode" alias="priority" groupby="true"/>
    <attribute name="incidentid" alias="cases" aggregate="count"/>
    <filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      ${OWNED}
      ${created('olderthan-x-days', olderThan)}${created('last-x-days', youngerThan)}
    </filter>
  </entity>
</fetch>`,
  })),
  columns: [
    { key: 'part', title: 'Age', kind: 'text' },
    { key: 'priority', title: 'Priority', kind: 'text', empty: '(no priority)' },
    { key: 'cases', title: 'Cases', kind: 'count' },
  ],
  totals: [{ kind: 'sum', title: 'Cases', of: 'cases', format: 'count' }],
  picture: { kind: 'bars', label: 'part', value: 'cases' },
  reading: [
    'Age is counted in whole days from the day of creation to today, in the time zone set for the person.',
    'Bands and priorities without a case are not in it.',
    VISIBLE,
  ],
  empty: 'There is no active case that you may read.',
}
