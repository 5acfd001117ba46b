import type { ReportDefinition } from '../../definition.ts'
import { days, direct, OWNED, OWNER, TOP } from './common.ts'

const RECENT = '<filter><condition attribute="modifiedon" operator="last-x-days" value="{{days}}"/></filter>'

/** A recent activity regarding a row, or one that a row takes part in. */
const about = (id: string): string =>
  `<link-entity name="activitypointer" from="regardingobjectid" to="${id}" link-type="any">${RECENT}</link-entity>`
const partOf = (id: string, type: 'any' | 'not any', attributes = ''): string => `
      <link-entity ${attributes} name="activityparty" from="partyid" to="${id}" link-type="${type}">
        <filter>
          <link-entity name="activitypointer" from="activityid" to="activityid" link-type="any">${RECENT}</link-entity>
        </filter>
      </link-entity>`

/** No row of a table that belongs to the account has one. */
const noneOf = (table: string, lookup: string, touched: string): string => `
      <link-entity unless="direct" needs="${table}" name="${table}" from="${lookup}" to="accountid" link-type="not any">
        <filter type="or">${touched}</filter>
      </link-entity>`

export const accountsNoActivity: ReportDefinition = {
  slug: 'accounts-no-activity',
  title: 'Accounts with no activity',
  description:
    'Active accounts without an activity in the last days; those of their opportunities, cases, contacts count.',
  persona: 'sales rep',
  parameters: [days('Days back from today', 30), direct('Of the row itself'), OWNER, TOP],
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
      <link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="not any">${RECENT}</link-entity>
      ${noneOf('opportunity', 'customerid', about('opportunityid'))}
      ${noneOf('opportunity', 'parentaccountid', about('opportunityid'))}
      ${noneOf('incident', 'customerid', about('incidentid'))}
      ${noneOf('contact', 'parentcustomerid', about('contactid') + partOf('contactid', 'any'))}
      ${partOf('accountid', 'not any', 'unless="direct"')}
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
    'An activity counts when it regards the account, one of its opportunities, cases or contacts, or when the account or one of its contacts takes part in it; with direct only when it regards the account itself.',
    'It counts by the day it was last changed, so a new appointment in the future counts too.',
    'Activities, opportunities, cases and contacts that the signed-in person may not read may count as absent.',
    '"Account changed" is the last change of the account itself, not of an activity.',
  ],
  empty: 'Every active account that you may read had an activity in that time.',
}
