import type { SetUpKind } from '../../entra/refusals/entra-codes.ts'
import type { Problem } from './problems.ts'
import type { RunbookStep } from './runbook.ts'

/** Trying again changes nothing until whoever runs the deployment has mended it. */
const setUp = (title: string, person: string, does: string, runbook: RunbookStep): Problem => ({
  title,
  person,
  admin: { does, runbook },
  error: 'server_error',
  status: 500,
})

const SEND = 'Send this page to an administrator, and try again once it is mended.'
const REPAIR =
  'Run “azd provision entra --no-state”, or “npm run register-app” where an administrator made the registration'

/** What is wrong with the deployment, by what Microsoft refuses. */
export const SET_UP_PROBLEMS: Readonly<Record<SetUpKind, Problem>> = {
  'app-missing': setUp(
    'This app is not set up in your organisation',
    `Microsoft does not know this app in your organisation. ${SEND}`,
    'ENTRA_CLIENT_ID and ENTRA_TENANT_ID must name an app registration that exists in this tenant. “azd provision entra --no-state” makes it again.',
    'repair',
  ),
  'app-disabled': setUp(
    'This app is switched off in your organisation',
    `Somebody has switched off the sign-in to this app at Microsoft. ${SEND}`,
    'Entra admin centre, Enterprise applications, the app, Properties, “Enabled for users to sign in”: Yes.',
    'signInTroubles',
  ),
  'tenant-missing': setUp(
    'This server names an organisation that Microsoft does not know',
    `A setting of this server is wrong, and no sign-in can work until it is changed. ${SEND}`,
    'ENTRA_TENANT_ID or ENTRA_AUTHORITY_HOST is wrong. Run “azd provision identity --no-state”, then “azd provision platform --no-state”; both take the tenant of the subscription.',
    'configure',
  ),
  'registration-incomplete': setUp(
    'The app’s registration at Microsoft is not complete',
    `The app needs something that its registration at Microsoft does not list, or that nobody has approved. ${SEND}`,
    `${REPAIR}: it must list Microsoft Graph User.Read, openid, profile, email and offline_access, Dynamics CRM user_impersonation and the app’s own MCP.Access. Then grant tenant-wide consent with the link.`,
    'repair',
  ),
  'request-not-accepted': setUp(
    'Microsoft does not accept what this server asks',
    `A setting of this server is wrong, or something in between changes its requests; no sign-in can work until that is mended. ${SEND}`,
    'ENTRA_API_SCOPE must name the app by its bare client id: <client id>/MCP.Access. Change it, and run “azd provision platform --no-state”. No proxy may add to what goes to Microsoft.',
    'signInTroubles',
  ),
  'resource-missing': setUp(
    'Dynamics 365 is not ready for this app in your organisation',
    `What the app asked Microsoft for does not exist in your organisation, or is switched off there, so no sign-in can work. ${SEND}`,
    'DATAVERSE_URL must be an environment of this tenant, and ENTRA_API_SCOPE must name this very app. The enterprise application of Dynamics 365 (Dataverse) must be enabled. A tenant that never had Dynamics 365 or Power Apps needs a licence for it first.',
    'configure',
  ),
  'proof-not-accepted': setUp(
    'Microsoft does not accept this server’s own credential',
    `This server could not prove itself to Microsoft, so no sign-in can work until that is mended. ${SEND}`,
    `${REPAIR}: it renews the federated credential. “npm run doctor” with --deep names the exact fault; where a client secret or certificate is used, put a new one into the key vault.`,
    'verify',
  ),
  'assertion-not-accepted': setUp(
    'Microsoft does not take back the token that it gave',
    `Microsoft gave this server a token for you and then did not accept it. ${SEND}`,
    `The registration must hand out tokens of version 2 for its own scope MCP.Access, and ENTRA_API_SCOPE must name it. ${REPAIR}. “npm run doctor” with --deep also compares the clocks.`,
    'verify',
  ),
  'clocks-differ': setUp(
    'The clocks of this server and of Microsoft differ',
    `Microsoft found something that it had just been sent outside its time, which is no fault of yours. ${SEND}`,
    '“npm run doctor” with --deep compares the clocks. Restart the app: az functionapp restart, with --name FUNCTION_APP_NAME and --resource-group AZURE_RESOURCE_GROUP of “azd env get-values”.',
    'verify',
  ),
  'not-renewable': setUp(
    'Microsoft does not let this app stay connected',
    `Your sign-in worked, but Microsoft gave nothing to renew it with: the connection would end within the hour, so none was made. ${SEND}`,
    'Grant the app Microsoft Graph offline_access for everyone, with the link. If it is granted already, a policy of the tenant keeps refresh tokens from this app.',
    'consent',
  ),
  'set-up-fault': setUp(
    'Microsoft refuses this server itself',
    `Microsoft does not accept this app, whoever signs in, for a reason that the app does not know. ${SEND}`,
    '“npm run doctor” with --deep asks Microsoft the same without a person, and names what it can. The sign-in log in Entra ID gives the reason under Microsoft’s correlation id.',
    'verify',
  ),
}
