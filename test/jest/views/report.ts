/** What the bundle has under the name `built:report-view`, for tests that load the sources. */
export { report as html } from './views.ts'
