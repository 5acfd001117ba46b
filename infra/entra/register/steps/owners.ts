import { plain, quoted } from '../../../doctor/wire/plain-text.ts'
import type { Graph } from '../graph/client.ts'
import { isGuid } from '../options.ts'
import type { Report } from '../report.ts'

type Owner = { readonly id: string; readonly displayName?: string | null; readonly userPrincipalName?: string | null }
type Where = { readonly applicationId: string; /** Object id of who is signed in. */ readonly me: string | undefined }

const nameOf = ({ id, displayName, userPrincipalName }: Owner): string => quoted(userPrincipalName ?? displayName ?? id)

/**
 * Names the owners of an application that was there before: whoever made one under our name beforehand is its owner for
 * good, and could give it a secret or an address at any time. Only a person knows whether they are the right ones.
 */
export const reportOwners = async (graph: Graph, { applicationId, me }: Where, report: Report): Promise<void> => {
  const owners = await graph.list<Owner>(`/applications/${applicationId}/owners`)
  const others = owners.filter(({ id }) => id.toLowerCase() !== me?.toLowerCase())
  if (others.length < owners.length) report.fine('owner', 'you')
  for (const owner of others)
    report.attention(
      `${nameOf(owner)} (object id ${plain(owner.id)}) owns the registration and may change everything here, also give it a ` +
        'secret. If that is not meant, take the right away:\n' +
        `    az ad app owner remove --id ${applicationId} --owner-object-id ${isGuid(owner.id) ? owner.id : '<id>'}`,
    )
}
