/** All that a change is made with. One part of the bundle: each more would cut what every reader loads into smaller ones. */
export { operationOf } from '../../../dataverse/change/operations/registry.ts'
export { createWrites } from '../../writes/create-writes.ts'
export { commitChange } from './commit/commit-change.ts'
export { runPreview } from './run-preview.ts'
export { createTeller } from './commit/change-events.ts'
