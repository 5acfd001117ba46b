import type { ReportDefinition } from '../../definition.ts'
import { BASE, OPEN, OWNED, OWNER, VISIBLE } from './common.ts'

export const pipelineByStage: ReportDefinition = {
  slug: 'pipeline-by-stage',
  title: 'Pipeline by stage',
  description: 'Open opportunities by sales stage.',
  persona: 'sales manager',
  parameters: [OWNER],
  queries: [
    {
      fetchxml: `
<fetch aggregate="true">
  <entity name="opportunity">
    <attribute name="salesstage" alias="stage" groupby="true"/>
    <attribute name="opportunityid" alias="opportunities" aggregate="count"/>
    <attribute name="estimatedvalue_base" alias="total" aggregate="sum"/>
    <filter>
      ${OPEN}
      ${OWNED}
    </filter>
  </entity>
</fetch>`,
    },
  ],
  columns: [
    { key: 'stage', title: 'Stage', kind: 'text', empty: '(no stage)' },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Base value', kind: 'money', term: ['open pipeline'] },
  ],
  totals: [
    { kind: 'sum', title: 'Base value', of: 'total', format: 'money' },
    { kind: 'sum', title: 'Opportunities', of: 'opportunities', format: 'count' },
  ],
  picture: { kind: 'funnel', label: 'stage', value: 'total' },
  reading: [BASE, '"(no stage)" is opportunities without a sales stage; they belong to the pipeline too.', VISIBLE],
  empty: 'There is no open opportunity that you may read.',
}
