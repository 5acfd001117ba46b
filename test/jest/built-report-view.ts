import { stop } from 'esbuild'
import { buildReportView } from '../../infra/build-report-view.ts'

/** What the bundle has under the name `built:report-view`, for tests that load the sources. */
export const html = await buildReportView()
// Its process would hold this one's pipes open, and Jest would wait for a worker that has ended.
await stop()
