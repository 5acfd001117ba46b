import { askConsent } from '../consent/ask-consent.ts'
import { consentAddress } from '../consent/consent-address.ts'
import { readBoolean } from '../parameters/kinds.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional, required } from '../run/environment.ts'

const noSuchApp = (context: Context): Stop =>
  new Stop(
    `There is no enterprise application of client id ${required(context, 'ENTRA_CLIENT_ID')} in tenant ` +
      `${required(context, 'AZURE_TENANT_ID')}: is the id right, and did the administrator's script end well?`,
    [
      'npm run register-app -- --help',
      'azd env set ENTRA_EXISTING_CLIENT_ID <client id that it printed>',
      'azd provision entra --no-state',
    ],
  )

/** After layer entra: says whether an administrator still has to consent, and where. */
export const entraPostprovision = async (context: Context): Promise<void> => {
  const address = consentAddress(context)
  const existing = optional(context, 'ENTRA_APP_MODE') === 'existing'
  const byTemplate = !existing && readBoolean(context.env['GRANT_ADMIN_CONSENT']) === true
  const consent = await askConsent(context)
  if (consent.state === 'granted') {
    context.say('Consent: granted for everyone in the tenant.')
    return
  }
  if (consent.state === 'no-such-app' && existing) throw noSuchApp(context)
  if (byTemplate && consent.state !== 'missing') {
    context.say('Consent: granted by this deployment.')
    return
  }
  if (consent.state === 'missing') context.say(`Consent: not granted yet (${consent.scopes.join(' ')}).`)
  else context.say(`Consent: ${consent.state === 'unknown' ? `not looked up (${consent.why})` : 'not granted yet'}.`)
  context.say('Once per tenant a Cloud Application Administrator opens this address and accepts; again does no harm:')
  context.say(`  ${address}`)
}
