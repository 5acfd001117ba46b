import { SAVED_CHARTS } from '../../../reports/charts/slug.ts'
import { DASHBOARDS } from '../../../reports/dashboards/slug.ts'
import { SAVED_VIEWS } from '../../../reports/views/slug.ts'

/** Slugs of the reports that list what was saved. */
export const LISTS = [SAVED_VIEWS, SAVED_CHARTS, DASHBOARDS] as const
