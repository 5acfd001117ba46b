import type { ReportDefinition } from '../../definition.ts'
import { BASE, OWNED, OWNER, term, VISIBLE } from './common.ts'

const WON = { key: 'state', value: 1 }

const closed = (name: string, state: number): string =>
  term(name, `<condition attribute="statecode" operator="eq" value="${state}"/>`)

export const wonLostThisQuarter: ReportDefinition = {
  slug: 'won-lost-this-quarter',
  title: 'Won and lost this quarter',
  description: 'Opportunities won and lost this fiscal period, with win rates.',
  persona: 'sales manager',
  parameters: [OWNER],
  queries: [
    {
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="statecode" alias="state" groupby="true"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="actualvalue_base" alias="total" aggregate="sum"/>
    <filter>
      <filter type="or">
        ${closed('won', WON.value)}
        ${closed('lost', 2)}
      </filter>
      <condition attribute="actualclosedate" operator="this-fiscal-period"/>
      ${OWNED}
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'state', title: 'Outcome', kind: 'text', empty: '(no outcome)' },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Base value', kind: 'money', term: ['won', 'lost'] },
  ],
  totals: [
    { kind: 'ratio', title: 'Win rate by number', of: 'opportunities', where: WON, term: ['win rate'] },
    { kind: 'ratio', title: 'Win rate by value', of: 'total', where: WON, term: ['win rate', 'won', 'lost'] },
    { kind: 'sum', title: 'Opportunities', of: 'opportunities', format: 'count' },
  ],
  picture: { kind: 'bars', label: 'state', value: 'total' },
  reading: [
    '"This quarter" is the current fiscal period as the organization has set it in Dynamics 365, by actual close date; it may differ from the calendar quarter, and its length is a setting too.',
    BASE,
    'The value is the actual revenue recorded at closing; where lost ones have none, no win rate by value is given, and where they have 0 it says little.',
    VISIBLE,
  ],
  empty: 'No opportunity that you may read was won or lost in the current fiscal period.',
}
