import type { ReportDefinition } from '../../definition.ts'
import { AMOUNTS, days, direct, OWNED, OWNER, term, TOP, VISIBLE } from './common.ts'

const STALLED = term(
  'stalled',
  `
        <condition attribute="statecode" operator="eq" value="0"/>
        <condition attribute="modifiedon" operator="olderthan-x-days" value="{{days}}"/>
        <link-entity unless="direct" name="activitypointer" from="regardingobjectid" to="opportunityid" link-type="not any">
          <filter>
            <condition attribute="modifiedon" operator="last-x-days" value="{{days}}"/>
          </filter>
        </link-entity>
      `,
)

export const stalledOpportunities: ReportDefinition = {
  slug: 'stalled-opportunities',
  title: 'Stalled opportunities',
  description: 'Open opportunities without a change or an activity in the last days, the longest unchanged first.',
  persona: 'sales manager',
  parameters: [days('Days back from today', 30), direct('Of the row itself'), OWNER, TOP],
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
      ${STALLED}
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
    { kind: 'sum', title: 'Base value', of: 'estimatedvalue_base', format: 'money', term: ['stalled'] },
    { kind: 'rows', title: 'Opportunities' },
  ],
  picture: { kind: 'table' },
  rules: [
    {
      term: 'stalled',
      text: 'An opportunity is stalled when neither it nor an activity regarding it was changed in that time; activities of its account, contacts and cases do not count. With direct only changes of the opportunity itself count.',
    },
  ],
  reading: [
    'Activities that the signed-in person may not read may count as absent; "Last changed" is of the opportunity itself.',
    AMOUNTS,
    VISIBLE,
  ],
  empty: 'No opportunity that you may read is stalled.',
}
