import type { ReportDefinition } from '../../definition.ts'
import { BASE, OPEN } from './common.ts'

const UNITS = 'Business units'

export const teamPipeline: ReportDefinition = {
  slug: 'team-pipeline',
  title: 'Team pipeline',
  description: 'Open opportunities by owner, of all that the person may read.',
  persona: 'sales manager',
  parameters: [],
  queries: [
    {
      part: 'Owners',
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="ownerid" alias="owner" groupby="true"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
    <filter>
      ${OPEN}
    </filter>
  </entity>
</fetch>`,
    },
    {
      part: UNITS,
      totalsOnly: true,
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="owningbusinessunit" alias="unit" groupby="true"/>
    <attribute name="opportunityid" alias="in_unit" aggregate="count"/>
    <filter>
      ${OPEN}
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'owner', title: 'Owner', kind: 'record', empty: '(no owner)' },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Base value', kind: 'money', term: ['open pipeline'] },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'total', format: 'money' },
    { kind: 'sum', title: 'Opportunities', of: 'opportunities', format: 'count' },
    { kind: 'rows', title: 'Owners' },
    { kind: 'groups', title: UNITS, label: 'unit', of: 'in_unit', part: UNITS },
  ],
  picture: { kind: 'bars', label: 'owner', value: 'total' },
  reading: [
    'Team here is every owner, a person or a team, whose open opportunities the signed-in person may read, in the business units that the totals name: what their security roles and shares let them see, not the members of a team in Dynamics 365.',
    'Owners of whom the person may read no open opportunity are not listed, be they of those units or not.',
    'An owner whose user is disabled is marked (disabled).',
    BASE,
  ],
  empty: 'There is no open opportunity that you may read.',
  sort: { key: 'total', descending: true },
}
