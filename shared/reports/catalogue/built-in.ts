import { accountsNoActivity } from './reports/accounts-no-activity.ts'
import { closingThisMonth } from './reports/closing-this-month.ts'
import { forecastByMonth } from './reports/forecast-by-month.ts'
import { myActivitiesDue } from './reports/my-activities-due.ts'
import { myOpenOpportunities } from './reports/my-open-opportunities.ts'
import { newLeadsBySource } from './reports/new-leads-by-source.ts'
import { openCasesByPriorityAndAge } from './reports/open-cases-by-priority-and-age.ts'
import { pipelineByStage } from './reports/pipeline-by-stage.ts'
import { stalledOpportunities } from './reports/stalled-opportunities.ts'
import { teamPipeline } from './reports/team-pipeline.ts'
import { topAccountsByRevenue } from './reports/top-accounts-by-revenue.ts'
import { wonLostThisQuarter } from './reports/won-lost-this-quarter.ts'
import { createCatalogue } from './catalogue.ts'
import type { ReportDefinition } from '../definition.ts'

/** The reports that come with this app, in the order that they are listed in. */
export const BUILT_IN_REPORTS: readonly ReportDefinition[] = [
  myOpenOpportunities,
  pipelineByStage,
  accountsNoActivity,
  closingThisMonth,
  teamPipeline,
  wonLostThisQuarter,
  stalledOpportunities,
  forecastByMonth,
  myActivitiesDue,
  newLeadsBySource,
  topAccountsByRevenue,
  openCasesByPriorityAndAge,
]

/** Their names are those of the platform's own tables, so that they run without metadata of columns. */
export function isBuiltIn(definition: ReportDefinition): boolean {
  return BUILT_IN_REPORTS.includes(definition)
}

export const BUILT_IN_CATALOGUE = createCatalogue(BUILT_IN_REPORTS)
