import type { ReportDefinition } from '../../definition.ts'
import { days, OWNED, OWNER, VISIBLE } from './common.ts'

export const newLeadsBySource: ReportDefinition = {
  slug: 'new-leads-by-source',
  title: 'New leads by source',
  description: 'Leads created in the last days, by source.',
  persona: 'analyst',
  parameters: [days('Days back from today', 30), OWNER],
  queries: [
    {
      fetchxml: `
<fetch aggregate="true">
  <entity name="lead">
    <attribute name="leadsourcecode" alias="source" groupby="true"/>
    <attribute name="leadid" alias="leads" aggregate="count"/>
    <filter>
      <condition attribute="createdon" operator="last-x-days" value="{{days}}"/>
      ${OWNED}
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'source', title: 'Source', kind: 'text', empty: '(no source)' },
    { key: 'leads', title: 'Leads', kind: 'count' },
  ],
  totals: [
    { kind: 'sum', title: 'Leads', of: 'leads', format: 'count' },
    { kind: 'rows', title: 'Sources' },
  ],
  picture: { kind: 'bars', label: 'source', value: 'leads' },
  reading: [
    'Leads of every state count: open, qualified and disqualified.',
    'Sources without a new lead are not in it.',
    VISIBLE,
  ],
  empty: 'No lead that you may read was created in that time.',
  sort: { key: 'leads', descending: true },
}
