import { fetchXml, NOTHING } from '../dataverse/fetch-xml.ts'
import type { Report } from './report.ts'

export const accountsNoActivity: Report = {
  id: 'accounts-no-activity',
  title: 'Accounts with no activity',
  description: 'Active accounts that no activity (task, call, appointment, message) was recorded for in the last days.',
  reading: [
    'An activity counts when it is regarding the account itself; those of its contacts or opportunities do not.',
    'An activity counts by the day it was last changed, so a new appointment in the future counts too.',
    'Activities that the signed-in person may not read may count as absent.',
    'modifiedon is the last change of the account itself, not of an activity.',
  ],
  takes: ['days', 'mine', 'top'],
  entity: { name: 'account', entitySet: 'accounts', idColumn: 'accountid' },
  query: ({ days, mine, top }) => fetchXml`
    <fetch top="${top + 1}">
      <entity name="account">
        <attribute name="accountid"/>
        <attribute name="name"/>
        <attribute name="ownerid"/>
        <attribute name="modifiedon"/>
        <filter>
          <condition attribute="statecode" operator="eq" value="0"/>
          ${mine ? fetchXml`<condition attribute="ownerid" operator="eq-useroruserteams"/>` : NOTHING}
          <link-entity name="activitypointer" from="regardingobjectid" to="accountid" link-type="not any">
            <filter>
              <condition attribute="modifiedon" operator="last-x-days" value="${days}"/>
            </filter>
          </link-entity>
        </filter>
        <order attribute="name"/>
        <order attribute="accountid"/>
      </entity>
    </fetch>`,
}
