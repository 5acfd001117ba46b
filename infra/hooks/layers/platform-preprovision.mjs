import { start } from '../run/start.mjs'

await start('../steps/platform-preprovision.ts', 'platformPreprovision', {
  usage: ['azd hooks run preprovision --layer platform'],
})
