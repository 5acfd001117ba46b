import type { ReportDefinition } from '../../definition.ts'
import { days, OWNED, owner, TOP } from './common.ts'

export const myActivitiesDue: ReportDefinition = {
  slug: 'my-activities-due',
  title: 'My activities due',
  description: 'Open activities that the person owns, overdue or due in the next days.',
  persona: 'sales rep',
  parameters: [days('Days ahead from today', 7), owner('me'), TOP],
  queries: [
    {
      fetchxml: `
<fetch top="{{top}}">
  <entity name="activitypointer">
    <attribute name="activityid"/>
    <attribute name="subject"/>
    <attribute name="activitytypecode"/>
    <attribute name="scheduledend"/>
    <attribute name="regardingobjectid"/>
    <attribute name="ownerid"/>
    <filter>
      ${OWNED}
      <condition attribute="statecode" operator="in">
        <value>0</value>
        <value>3</value>
      </condition>
      <filter type="or">
        <condition attribute="scheduledend" operator="olderthan-x-days" value="1"/>
        <condition attribute="scheduledend" operator="yesterday"/>
        <condition attribute="scheduledend" operator="today"/>
        <condition attribute="scheduledend" operator="next-x-days" value="{{days}}"/>
      </filter>
    </filter>
    <order attribute="scheduledend"/>
    <order attribute="activityid"/>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'subject', title: 'Activity', kind: 'record', empty: '(no subject)' },
    { key: 'activitytypecode', title: 'Kind', kind: 'text' },
    { key: 'scheduledend', title: 'Due', kind: 'date' },
    { key: 'regardingobjectid', title: 'Regarding', kind: 'record' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
  ],
  totals: [{ kind: 'rows', title: 'Activities' }],
  picture: { kind: 'table' },
  reading: [
    'Open and scheduled activities are in it, the longest overdue first; what is due before now is overdue.',
    'Activities without a due date are not in it, nor those that the person only takes part in.',
  ],
  empty: 'Nothing of such an owner is overdue or due in that time.',
}
