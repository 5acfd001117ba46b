import type { ReportDefinition } from '../../definition.ts'
import { BASE, VISIBLE } from './common.ts'

export const teamPipeline: ReportDefinition = {
  slug: 'team-pipeline',
  title: 'Team pipeline',
  description: 'Number and total estimated value of open opportunities of each owner.',
  persona: 'sales manager',
  parameters: [],
  queries: [
    {
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="ownerid" alias="owner" groupby="true"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
    <filter>
      <condition attribute="statecode" operator="eq" value="0"/>
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'owner', title: 'Owner', kind: 'record', empty: '(no owner)' },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Base value', kind: 'money' },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'total', format: 'money' },
    { kind: 'sum', title: 'Opportunities', of: 'opportunities', format: 'count' },
    { kind: 'rows', title: 'Owners' },
  ],
  picture: { kind: 'bars', label: 'owner', value: 'total' },
  reading: [BASE, 'An owner is a person or a team. Owners without an open opportunity are not in it.', VISIBLE],
  empty: 'There is no open opportunity that you may read.',
  sort: { key: 'total', descending: true },
}
