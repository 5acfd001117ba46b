import type { ReportDefinition } from '../../definition.ts'
import { days, OWNED, OWNER, TOP } from './common.ts'

export const accountsNoActivity: ReportDefinition = {
  slug: 'accounts-no-activity',
  title: 'Accounts with no activity',
  description: 'Active accounts that no activity (task, call, appointment, message) was recorded for in the last days.',
  persona: 'sales rep',
  parameters: [days('Days back from today', 30), OWNER, TOP],
  queries: [
    {
      fetchxml: `
<fetch top="{{top}}">
  <entity name="account">
    <attribute name="accountid"/>
    <attribute name="name"/>
    <attribute name="ownerid"/>
    <attribute name="modifiedon"/>
    <filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      ${OWNED}
      <link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="not any">
        <filter>
          <condition attribute="modifiedon" operator="last-x-days" value="{{days}}"/>
        </filter>
      </link-entity>
    </filter>
    <order attribute="name"/>
    <order attribute="accountid"/>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'name', title: 'Account', kind: 'record' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
    { key: 'modifiedon', title: 'Account changed', kind: 'date' },
  ],
  totals: [{ kind: 'rows', title: 'Accounts' }],
  picture: { kind: 'table' },
  reading: [
    'An activity counts when it is regarding the account itself; those of its contacts or opportunities do not.',
    'An activity counts by the day it was last changed, so a new appointment in the future counts too.',
    'Activities that the signed-in person may not read may count as absent.',
    '"Account changed" is the last change of the account itself, not of an activity.',
  ],
  empty: 'Every active account that you may read had an activity in that time.',
}
