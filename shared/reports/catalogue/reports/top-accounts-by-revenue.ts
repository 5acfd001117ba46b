import type { ReportDefinition } from '../../definition.ts'
import { MINE, top, VISIBLE } from './common.ts'

export const topAccountsByRevenue: ReportDefinition = {
  slug: 'top-accounts-by-revenue',
  title: 'Top accounts by revenue',
  description: 'Active accounts with the highest annual revenue.',
  persona: 'analyst',
  parameters: [top(10), MINE],
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
      <condition if="mine" attribute="ownerid" operator="eq-useroruserteams"/>
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
    { key: 'revenue', title: 'Revenue', kind: 'money' },
    { key: 'revenue_base', title: 'Base revenue', kind: 'money' },
    { key: 'ownerid', title: 'Owner', kind: 'record' },
  ],
  totals: [{ kind: 'rows', title: 'Accounts' }],
  picture: { kind: 'bars', label: 'name', value: 'revenue_base' },
  reading: [
    'Revenue is the annual revenue recorded on the account, in the currency of its own row; Base revenue is the same in the base currency of the organization, and the order is by it.',
    'It is not what was sold to the account. Accounts without a revenue are not in it.',
    VISIBLE,
  ],
  empty: 'No active account that you may read has a revenue recorded.',
}
