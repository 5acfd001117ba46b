// For an administrator of Entra: `node infra/entra/register-app.mjs --help`
import { start } from '../hooks/run/start.mjs'

await start('../../entra/register-app.ts', 'registerAppStep', { takesArguments: true })
