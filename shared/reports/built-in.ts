import { accountsNoActivity } from './catalogue/accounts-no-activity.ts'
import { closingThisMonth } from './catalogue/closing-this-month.ts'
import { forecastByMonth } from './catalogue/forecast-by-month.ts'
import { myActivitiesDue } from './catalogue/my-activities-due.ts'
import { myOpenOpportunities } from './catalogue/my-open-opportunities.ts'
import { newLeadsBySource } from './catalogue/new-leads-by-source.ts'
import { openCasesByPriorityAndAge } from './catalogue/open-cases-by-priority-and-age.ts'
import { pipelineByStage } from './catalogue/pipeline-by-stage.ts'
import { stalledOpportunities } from './catalogue/stalled-opportunities.ts'
import { teamPipeline } from './catalogue/team-pipeline.ts'
import { topAccountsByRevenue } from './catalogue/top-accounts-by-revenue.ts'
import { wonLostThisQuarter } from './catalogue/won-lost-this-quarter.ts'
import { createCatalogue } from './catalogue.ts'
import type { ReportDefinition } from './definition.ts'

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
