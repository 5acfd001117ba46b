import { start } from '../run/start.mjs'

await start('../steps/platform-postprovision.ts', 'platformPostprovision', {
  usage: ['azd hooks run postprovision --layer platform'],
})
