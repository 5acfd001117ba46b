import { fetchXml, NOTHING, type FetchXml } from '../dataverse/fetch-xml.ts'
import type { Report } from './report.ts'

const OPPORTUNITY = { name: 'opportunity', entitySet: 'opportunities', idColumn: 'opportunityid' } as const
const OPEN = fetchXml`<condition attribute="statecode" operator="eq" value="0"/>`
const OWN = fetchXml`<condition attribute="ownerid" operator="eq-useroruserteams"/>`

const AMOUNTS =
  'estimatedvalue is in the currency of its own row; estimatedvalue_base is the same in the base currency of the organization. Add up only estimatedvalue_base.'
const VISIBLE = 'Only rows that the signed-in person may read are in it.'

function owned(mine: boolean): FetchXml {
  return mine ? OWN : NOTHING
}

export const myOpenOpportunities: Report = {
  id: 'my-open-opportunities',
  title: 'My open opportunities',
  description: 'Open opportunities owned by the signed-in person or by a team of theirs, by estimated close date.',
  reading: [
    AMOUNTS,
    'Opportunities without an estimated close date come first.',
    'Opportunities that are only shared with the person are not in it.',
  ],
  takes: ['top'],
  entity: OPPORTUNITY,
  query: ({ top }) => fetchXml`
    <fetch top="${top + 1}">
      <entity name="opportunity">
        <attribute name="opportunityid"/>
        <attribute name="name"/>
        <attribute name="customerid"/>
        <attribute name="estimatedvalue"/>
        <attribute name="estimatedvalue_base"/>
        <attribute name="estimatedclosedate"/>
        <attribute name="salesstage"/>
        <attribute name="closeprobability"/>
        <attribute name="ownerid"/>
        <filter>${OPEN}${OWN}</filter>
        <order attribute="estimatedclosedate"/>
        <order attribute="opportunityid"/>
      </entity>
    </fetch>`,
}

export const pipelineByStage: Report = {
  id: 'pipeline-by-stage',
  title: 'Pipeline by stage',
  description: 'Number and total estimated value of open opportunities in each sales stage.',
  reading: [
    'total is in the base currency of the organization, so rows in several currencies add up.',
    '"(no stage)" counts opportunities without a sales stage; they belong to the pipeline too.',
    'More than 50,000 open opportunities cannot be totalled at once.',
    VISIBLE,
  ],
  takes: ['mine'],
  entity: OPPORTUNITY,
  group: { column: 'stage', emptyLabel: '(no stage)' },
  query: ({ mine }) => fetchXml`
    <fetch aggregate="true">
      <entity name="opportunity">
        <attribute name="salesstage" alias="stage" groupby="true"/>
        <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
        <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
        <filter>${OPEN}${owned(mine)}</filter>
      </entity>
    </fetch>`,
}

export const closingThisMonth: Report = {
  id: 'closing-this-month',
  title: 'Closing this month',
  description: 'Open opportunities whose estimated close date is in the current calendar month.',
  reading: [
    AMOUNTS,
    'Days of this month that are already past are in it: those opportunities are overdue.',
    'The month is that of the time zone set for the person in Dynamics 365.',
    VISIBLE,
  ],
  takes: ['mine', 'top'],
  entity: OPPORTUNITY,
  query: ({ mine, top }) => fetchXml`
    <fetch top="${top + 1}">
      <entity name="opportunity">
        <attribute name="opportunityid"/>
        <attribute name="name"/>
        <attribute name="customerid"/>
        <attribute name="estimatedvalue"/>
        <attribute name="estimatedvalue_base"/>
        <attribute name="estimatedclosedate"/>
        <attribute name="closeprobability"/>
        <attribute name="ownerid"/>
        <filter>
          ${OPEN}${owned(mine)}
          <condition attribute="estimatedclosedate" operator="this-month"/>
        </filter>
        <order attribute="estimatedclosedate"/>
        <order attribute="opportunityid"/>
      </entity>
    </fetch>`,
}
