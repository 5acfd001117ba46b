import { start } from './run/start.mjs'

await start('../steps/rotate-key.ts', 'rotateKey', {
  usage: ['npm run rotate-key   adds a version of the sealing key; takes no arguments, and cannot be undone'],
})
