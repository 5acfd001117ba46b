const DAY_MS = 86_400_000
/** How long a registration outlives the last grant that it was used for, or its own creation. */
export const CLIENT_IDLE_MS = 90 * DAY_MS

/** A client ends well after its last grant: ChatGPT registers once and never again. */
export const clientExpiry = (grantExpiresAt: number): number => grantExpiresAt + CLIENT_IDLE_MS
