import { buildReportView } from '../../infra/build-report-view.ts'

/** What the bundle has under the name `built:report-view`, for tests that load the sources. */
export const html = await buildReportView()
