import tests from './jest.config.js'

/** @type {import('jest').Config} All tests and the whole sweep as one list, so that no processor waits between them. */
const config = {
  ...tests,
  filter: undefined,
  testMatch: [...tests.testMatch, '**/*.sweep.ts'],
  // By the step before.
  globals: { isBuilt: true },
  // Beside them runs another list.
  maxWorkers: 3,
  // Each stands beside a sweep, which asks the same and more.
  testPathIgnorePatterns: ['/node_modules/', '\\.short\\.test\\.ts$'],
}
export default config
