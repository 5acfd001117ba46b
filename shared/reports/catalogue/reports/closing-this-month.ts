import type { ReportDefinition } from '../../definition.ts'
import { AMOUNTS, MINE, TOP, VISIBLE } from './common.ts'

export const closingThisMonth: ReportDefinition = {
  slug: 'closing-this-month',
  title: 'Closing this month',
  description: 'Open opportunities whose estimated close date is in the current calendar month.',
  persona: 'sales rep',
  parameters: [MINE, TOP],
  queries: [
    {
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
      <condition attribute="statecode" operator="eq" value="0"/>
      <condition if="mine" attribute="ownerid" operator="eq-useroruserteams"/>
      <condition attribute="estimatedclosedate" operator="this-month"/>
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
    { key: 'estimatedclosedate', title: 'Closes', kind: 'date' },
    { key: 'closeprobability', title: 'Probability', kind: 'percent' },
    { key: 'estimatedvalue', title: 'Value', kind: 'money' },
    { key: 'estimatedvalue_base', title: 'Base value', kind: 'money' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'estimatedvalue_base', format: 'money' },
    { kind: 'rows', title: 'Opportunities' },
  ],
  picture: { kind: 'table' },
  reading: [
    AMOUNTS,
    'Days of this month that are already past are in it: those opportunities are overdue.',
    'The month is that of the time zone set for the person in Dynamics 365.',
    VISIBLE,
  ],
  empty: 'No open opportunity that you may read is estimated to close this month.',
}
