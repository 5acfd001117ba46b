import type { ReportDefinition } from '../../definition.ts'
import { AMOUNTS, OPEN, OWNED, OWNER, PAST, TOP, VISIBLE } from './common.ts'

export const closingThisMonth: ReportDefinition = {
  slug: 'closing-this-month',
  title: 'Closing this month',
  description: 'Open opportunities with estimated close this month; how many are past it.',
  persona: 'sales rep',
  parameters: [OWNER, TOP],
  queries: [
    {
      part: 'This month',
      fetchxml: `
<fetch top="{{top}}">
  <entity name="opportunity">
    <attribute name="opportunityid"/>
    <attribute name="name"/>
    <attribute name="customerid"/>
    <attribute name="estimatedclosedate"/>
    <attribute name="closeprobability"/>
    <attribute name="estimatedvalue"/>
    <attribute name="estimatedvalue_base"/>
    <attribute name="ownerid"/>
    <filter>
      ${OPEN}
      ${OWNED}
      <condition attribute="estimatedclosedate" operator="this-month"/>
    </filter>
    <order attribute="estimatedclosedate"/>
    <order attribute="opportunityid"/>
  </entity>
</fetch>`,
    },
    {
      part: 'Already past',
      totalsOnly: true,
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="opportunityid" alias="past" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="past_value" aggregate="sum"/>
    <filter>
      ${PAST}
      ${OWNED}
      <condition attribute="estimatedclosedate" operator="this-month"/>
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'name', title: 'Opportunity', kind: 'record' },
    { key: 'customerid', title: 'Customer', kind: 'record' },
    { key: 'estimatedclosedate', title: 'Closes', kind: 'date' },
    { key: 'closeprobability', title: 'Probability', kind: 'percent' },
    { key: 'estimatedvalue', title: 'Value', kind: 'money' },
    { key: 'estimatedvalue_base', title: 'Base value', kind: 'money' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'estimatedvalue_base', format: 'money', term: ['open pipeline'] },
    { kind: 'rows', title: 'Opportunities' },
    { kind: 'sum', title: 'Already past their date', of: 'past', format: 'count', part: 'Already past' },
    {
      kind: 'sum',
      title: 'Base value past its date',
      of: 'past_value',
      format: 'money',
      part: 'Already past',
      term: ['overdue'],
    },
  ],
  picture: { kind: 'table' },
  rules: [
    {
      term: 'overdue',
      text: 'Opportunities whose date in this month is already past are in it: the totals say how many and of what worth, also where the list is cut. Those overdue from earlier months are not in it.',
    },
  ],
  reading: [AMOUNTS, VISIBLE],
  empty: 'No open opportunity that you may read is estimated to close this month.',
}
