import * as z from 'zod'
import type { DataverseError } from '../../errors.ts'
import { NOT_CONNECTED } from '../../web-api/wire-fetch.ts'

const NotConnected = z.object({ code: z.literal(NOT_CONNECTED) })

/** Whether a request whose answer did not come may have arrived; in doubt it may. */
export const wasSent = ({ cause }: DataverseError): boolean => !NotConnected.safeParse(cause).success
