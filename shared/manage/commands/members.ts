import * as z from 'zod'

/** An object id of Entra, in any casing that somebody copied it: the partition is of the lower one, as tokens have it. */
export const objectId = z
  .string()
  .regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i)
  .transform((id) => id.toLowerCase())

/** 128 bits, as grant ids are. */
export const sessionId = z.string().regex(/^[A-Za-z0-9_-]{22}$/)

/** Where a request before stopped: a grant id, or Azure's own mark, which is base64. */
export const continuation = z.string().regex(/^[A-Za-z0-9+/=_-]{1,1000}$/)

export const iso = (time: number): string => new Date(time).toISOString()
