import { start } from './run/start.mjs'

await start('../steps/officer.ts', 'officer', { takesArguments: true })
