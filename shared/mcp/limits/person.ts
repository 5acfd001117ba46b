import type { Caller } from '../../grants/caller.ts'

/** Who is counted and takes turns: a person, whatever their grants and clients. It never leaves this worker's memory. */
export const personOf = ({ tenantId, userId }: Pick<Caller, 'tenantId' | 'userId'>): string => `${tenantId}|${userId}`

/** All people of the deployment together; no person is named so. */
export const EVERYBODY = 'deployment'
