import { start } from '../hooks/run/start.mjs'

await start('../../costs/costs.ts', 'costs', { takesArguments: true })
