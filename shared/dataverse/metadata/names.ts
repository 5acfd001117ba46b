import * as z from 'zod'

/** Names go into URLs: nothing but an identifier may pass, whatever the metadata says. */
export const Identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)

/** A name that may be missing; one that is no identifier counts as missing. */
export const OptionalIdentifier = Identifier.nullish().catch(null)

/** A label in the language of whoever loads the metadata. */
export const Label = z
  .object({ UserLocalizedLabel: z.object({ Label: z.string() }).nullish() })
  .nullish()
  .transform((label) => label?.UserLocalizedLabel?.Label)
