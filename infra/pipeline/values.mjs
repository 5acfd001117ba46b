import { start } from '../hooks/run/start.mjs'

await start('../../pipeline/values.ts', 'values', { takesArguments: false })
