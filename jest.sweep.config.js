import tests from './jest.config.js'

const { globalSetup, globalTeardown, ...rest } = tests

/** @type {import('jest').Config} Asks the stand-ins in process: no bundle and no storage are needed. */
const config = { ...rest, testMatch: ['**/*.sweep.ts'] }
export default config
