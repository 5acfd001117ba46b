import type { ReportDefinition } from '../../definition.ts'
import { AMOUNTS, OPEN, OWNED, owner, TOP } from './common.ts'

export const myOpenOpportunities: ReportDefinition = {
  slug: 'my-open-opportunities',
  title: 'My open opportunities',
  description: 'Open opportunities that the person owns, by estimated close date.',
  persona: 'sales rep',
  parameters: [owner('me'), TOP],
  queries: [
    {
      fetchxml: `
<fetch top="{{top}}">
  <entity name="opportunity">
    <attribute name="opportunityid"/>
    <attribute name="name"/>
    <attribute name="customerid"/>
    <attribute name="salesstage"/>
    <attribute name="estimatedclosedate"/>
    <attribute name="closeprobability"/>
    <attribute name="estimatedvalue"/>
    <attribute name="estimatedvalue_base"/>
    <attribute name="ownerid"/>
    <filter>
      ${OPEN}
      ${OWNED}
    </filter>
    <order attribute="estimatedclosedate"/>
    <order attribute="opportunityid"/>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'name', title: 'Opportunity', kind: 'record' },
    { key: 'customerid', title: 'Customer', kind: 'record' },
    { key: 'salesstage', title: 'Stage', kind: 'text', empty: '(no stage)' },
    { key: 'estimatedclosedate', title: 'Closes', kind: 'date' },
    { key: 'closeprobability', title: 'Probability', kind: 'percent' },
    { key: 'estimatedvalue', title: 'Value', kind: 'money' },
    { key: 'estimatedvalue_base', title: 'Base value', kind: 'money' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'estimatedvalue_base', format: 'money', term: ['open pipeline'] },
    { kind: 'rows', title: 'Opportunities' },
  ],
  picture: { kind: 'table' },
  reading: [
    AMOUNTS,
    'Opportunities without an estimated close date come first.',
    'Opportunities that are only shared with the person are not in it.',
  ],
  empty: 'No open opportunity has such an owner.',
}
