import { start } from '../run/start.mjs'

await start('../steps/entra-preprovision.ts', 'entraPreprovision', {
  usage: ['azd hooks run preprovision --layer entra'],
})
