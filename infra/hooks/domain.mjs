import { start } from './run/start.mjs'

await start('../steps/domain.ts', 'domain', { takesArguments: true })
