import { start } from '../hooks/run/start.mjs'

await start('../../pipeline/restore.ts', 'restore', { takesArguments: false })
