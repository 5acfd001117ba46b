import tests from './jest.config.js'

/** @type {import('jest').Config} Asks the stand-ins in process: no bundle and no storage are needed, and nothing waits. */
const config = { ...tests, testMatch: ['**/*.sweep.ts'], globalSetup: null, globalTeardown: null, maxWorkers: 2 }
export default config
