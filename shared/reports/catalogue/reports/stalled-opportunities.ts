import type { ReportDefinition } from '../../definition.ts'
import { AMOUNTS, days, OWNED, OWNER, TOP, VISIBLE } from './common.ts'

export const stalledOpportunities: ReportDefinition = {
  slug: 'stalled-opportunities',
  title: 'Stalled opportunities',
  description: 'Open opportunities that were not changed in the last days, the longest untouched first.',
  persona: 'sales manager',
  parameters: [days('Days without a change', 30), OWNER, TOP],
  queries: [
    {
      fetchxml: `
<fetch top="{{top}}">
  <entity name="opportunity">
    <attribute name="opportunityid"/>
    <attribute name="name"/>
    <attribute name="customerid"/>
    <attribute name="modifiedon"/>
    <attribute name="salesstage"/>
    <attribute name="estimatedclosedate"/>
    <attribute name="estimatedvalue"/>
    <attribute name="estimatedvalue_base"/>
    <attribute name="ownerid"/>
    <filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      <condition attribute="modifiedon" operator="olderthan-x-days" value="{{days}}"/>
      ${OWNED}
    </filter>
    <order attribute="modifiedon"/>
    <order attribute="opportunityid"/>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'name', title: 'Opportunity', kind: 'record' },
    { key: 'customerid', title: 'Customer', kind: 'record' },
    { key: 'modifiedon', title: 'Last changed', kind: 'date' },
    { key: 'salesstage', title: 'Stage', kind: 'text', empty: '(no stage)' },
    { key: 'estimatedclosedate', title: 'Closes', kind: 'date' },
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
    'A change is one of the opportunity itself; an activity regarding it changes nothing in it.',
    VISIBLE,
  ],
  empty: 'Every open opportunity that you may read was changed in that time.',
}
