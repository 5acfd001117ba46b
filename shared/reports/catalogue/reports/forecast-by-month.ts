import type { ReportDefinition } from '../../definition.ts'
import { BASE, OPEN, OWNED, OWNER, PAST, VISIBLE } from './common.ts'

const OVERDUE = 'Overdue'
const AHEAD = 'From today'

export const forecastByMonth: ReportDefinition = {
  slug: 'forecast-by-month',
  title: 'Forecast by month',
  description: 'Open opportunities by month of estimated close, the overdue apart.',
  persona: 'sales manager',
  parameters: [
    {
      name: 'months',
      type: 'integer',
      description: 'Months ahead, after the current one',
      min: 1,
      max: 24,
      default: 6,
    },
    OWNER,
  ],
  queries: [
    {
      part: OVERDUE,
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="statecode" alias="state" groupby="true"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
    <filter>
      ${PAST}
      ${OWNED}
    </filter>
  </entity>
</fetch>`,
    },
    {
      part: AHEAD,
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="estimatedclosedate" alias="year" groupby="true" dategrouping="year"/>
    <attribute name="estimatedclosedate" alias="month" groupby="true" dategrouping="month"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
    <filter>
      ${OPEN}
      ${OWNED}
      <filter type="or">
        <condition attribute="estimatedclosedate" operator="today"/>
        <condition attribute="estimatedclosedate" operator="next-x-months" value="{{months}}"/>
      </filter>
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'month', title: 'Month', kind: 'text', empty: OVERDUE },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Base value', kind: 'money', term: ['open pipeline'] },
  ],
  everyMonth: 'month',
  totals: [
    {
      kind: 'sum',
      title: 'Base value from today on',
      of: 'total',
      format: 'money',
      part: AHEAD,
      term: ['open pipeline'],
    },
    { kind: 'sum', title: 'Opportunities from today on', of: 'opportunities', format: 'count', part: AHEAD },
    { kind: 'sum', title: 'Base value overdue', of: 'total', format: 'money', part: OVERDUE, term: ['overdue'] },
    { kind: 'sum', title: 'Opportunities overdue', of: 'opportunities', format: 'count', part: OVERDUE },
  ],
  picture: { kind: 'columns', label: 'month', value: 'total' },
  rules: [
    {
      term: 'overdue',
      text: 'Overdue are open opportunities whose estimated close date is before today, whatever the month; no month counts them.',
    },
  ],
  reading: [
    'The first month counts from today, the last to the same day of the month as today, as Dynamics 365 counts months ahead; a month without an opportunity has 0.',
    BASE,
    'Values are not weighted by probability. Opportunities without a close date are not in it.',
    VISIBLE,
  ],
  empty: 'No open opportunity that you may read is overdue or estimated to close in these months.',
}
