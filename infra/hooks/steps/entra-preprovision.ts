import { checkParameters } from '../parameters/check-parameters.ts'
import type { Context } from '../run/context.ts'

/** Before layer entra, which may be provisioned alone: what it takes has been set since layer identity was looked at. */
export const entraPreprovision = (context: Context): void => {
  checkParameters(context, 'entra')
  context.say('Settings: each is of its kind.')
}
