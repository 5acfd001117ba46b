/** @type {import('jest').Config} */
const config = {
  // Node loads the modules, and strips their types: once for all files of a worker.
  runtime: '<rootDir>/test/jest/runtime.ts',
  // Sends a file's results once, when it has ended.
  testRunner: '<rootDir>/test/jest/runner.ts',
  testEnvironment: '<rootDir>/test/jest/environment.ts',
  injectGlobals: false,
  transform: {},
  roots: ['<rootDir>/test'],
  // Packages of a folder of its own: no test here imports them.
  modulePathIgnorePatterns: ['<rootDir>/test/clients/node_modules', '<rootDir>/test/bench/peers/node_modules'],
  testMatch: ['**/*.test.ts'],
  // Without an argument: those that take little.
  filter: '<rootDir>/test/jest/which/bare.ts',
  globalSetup: '<rootDir>/test/jest/global-setup.ts',
  globalTeardown: '<rootDir>/test/jest/global-teardown.ts',
  testSequencer: '<rootDir>/test/jest/which/longest-first.ts',
  // Of two processors: where tests wait for a program or storage, others have work. A fourth costs more than it fills.
  maxWorkers: 3,
  // No test file leaves anything open, but half a second is short for a large process to end on a busy machine.
  workerGracefulExitTimeout: 30_000,
  watchman: false,
  testTimeout: 60_000,
}
export default config
