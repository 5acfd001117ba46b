import { start } from '../hooks/run/start.mjs'

await start('../../entra/assign.ts', 'assign', { takesArguments: true })
