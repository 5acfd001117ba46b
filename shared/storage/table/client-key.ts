import { createHash } from 'node:crypto'

/**
 * The partition of a client in table `clients`, and its row in `switches`: what 0.1.0 gave stands for itself, all else
 * is hashed, since the address of a metadata document holds what Azure takes for no key.
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
export const clientKey = (clientId: string): string =>
  /^dmi_[A-Za-z0-9_-]{22}$/.test(clientId) ? clientId : createHash('sha256').update(clientId).digest('base64url')
