import type { ReportDefinition } from '../../definition.ts'
import { OWNED, OWNER, top, VISIBLE } from './common.ts'

export const topAccountsByRevenue: ReportDefinition = {
  slug: 'top-accounts-by-revenue',
  title: 'Top accounts by their own annual revenue',
  description: 'Active accounts by their own annual revenue (field revenue), not by sales to them.',
  persona: 'analyst',
  parameters: [top(10), OWNER],
  queries: [
    {
      fetchxml: `
<fetch top="{{top}}">
  <entity name="account">
    <attribute name="accountid"/>
    <attribute name="name"/>
    <attribute name="industrycode"/>
    <attribute name="revenue"/>
    <attribute name="revenue_base"/>
    <attribute name="ownerid"/>
    <filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      <condition attribute="revenue_base" operator="not-null"/>
      ${OWNED}
    </filter>
    <order attribute="revenue_base" descending="true"/>
    <order attribute="accountid"/>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'name', title: 'Account', kind: 'record' },
    { key: 'industrycode', title: 'Industry', kind: 'text', empty: '(no industry)' },
    { key: 'revenue', title: 'Own annual revenue', kind: 'money' },
    { key: 'revenue_base', title: 'Base annual revenue', kind: 'money' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
  ],
  totals: [{ kind: 'rows', title: 'Accounts' }],
  picture: { kind: 'bars', label: 'name', value: 'revenue_base' },
  reading: [
    'The revenue is the field revenue of the account: the customer’s own annual revenue as somebody recorded it, not what was sold to them.',
    'Own annual revenue is in the currency of its own row; Base annual revenue is the same in the base currency of the organization, and the order is by it. Accounts without one are not in it.',
    VISIBLE,
  ],
  empty: 'No active account that you may read has a revenue recorded.',
}
