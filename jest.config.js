/** @type {import('jest').Config} */
const config = {
  // Plain globals: the environment says what those of Jest's own cost.
  testEnvironment: '<rootDir>/test/jest/environment.ts',
  roots: ['<rootDir>/test'],
  // Packages of a folder of its own: no test here imports them.
  modulePathIgnorePatterns: ['<rootDir>/test/clients/node_modules'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: { '^built:report-view$': '<rootDir>/test/jest/built-report-view.ts' },
  globalSetup: '<rootDir>/test/jest/global-setup.ts',
  globalTeardown: '<rootDir>/test/jest/global-teardown.ts',
  testSequencer: '<rootDir>/test/jest/longest-first.ts',
  // Of two processors: where one test waits for a program, storage or a browser, a third has work.
  maxWorkers: 3,
  testTimeout: 60_000,
}
export default config
