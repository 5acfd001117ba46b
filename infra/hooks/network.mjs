import { start } from './run/start.mjs'

await start('../steps/network.ts', 'network', { takesArguments: true })
