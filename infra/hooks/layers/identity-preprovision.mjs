import { start } from '../run/start.mjs'

await start('../steps/identity-preprovision.ts', 'identityPreprovision', {
  usage: ['azd hooks run preprovision --layer identity'],
})
