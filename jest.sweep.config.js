import tests from './jest.config.js'

/** @type {import('jest').Config} The whole of what `npm test` asks in a short form. */
const config = { ...tests, testMatch: ['**/*.sweep.ts'] }
export default config
