import { z } from 'zod'

/** How Azure and Graph refuse. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innererror: z.looseObject({ code: z.string() }).optional(),
  }),
})
