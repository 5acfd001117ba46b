import { start } from '../run/start.mjs'

await start('../steps/entra-postprovision.ts', 'entraPostprovision', {
  usage: ['azd hooks run postprovision --layer entra'],
})
