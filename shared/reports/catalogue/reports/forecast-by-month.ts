import type { ReportDefinition } from '../../definition.ts'
import { BASE, MINE, VISIBLE } from './common.ts'

export const forecastByMonth: ReportDefinition = {
  slug: 'forecast-by-month',
  title: 'Forecast by month',
  description:
    'Number and total estimated value of open opportunities by month of estimated close, from this month on.',
  persona: 'sales manager',
  parameters: [
    {
      name: 'months',
      type: 'integer',
      description: 'Months ahead, after the current one',
      min: 1,
      max: 24,
      default: 6,
    },
    MINE,
  ],
  queries: [
    {
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="estimatedclosedate" alias="year" groupby="true" dategrouping="year"/>
    <attribute name="estimatedclosedate" alias="month" groupby="true" dategrouping="month"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
    <filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      <condition if="mine" attribute="ownerid" operator="eq-useroruserteams"/>
      <filter type="or">
        <condition attribute="estimatedclosedate" operator="this-month"/>
        <condition attribute="estimatedclosedate" operator="next-x-months" value="{{months}}"/>
      </filter>
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'month', title: 'Month', kind: 'text' },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Base value', kind: 'money' },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'total', format: 'money' },
    { kind: 'sum', title: 'Opportunities', of: 'opportunities', format: 'count' },
  ],
  picture: { kind: 'columns', label: 'month', value: 'total' },
  reading: [
    BASE,
    'Months are calendar months of the time zone set for the person. The current month is whole, with its days already past.',
    'The last month goes no further than the same day of the month as today, as Dynamics 365 counts months ahead.',
    'Values are not weighted by probability. Months without an opportunity are not in it, nor are opportunities without a close date or overdue from earlier months.',
    VISIBLE,
  ],
  empty: 'No open opportunity that you may read is estimated to close in these months.',
}
