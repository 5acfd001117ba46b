/** What the bundle has under the name `built:change-view`, for tests that load the sources. */
export { change as html } from './views.ts'
